"""Retry policy for transient failures: time budget, poll intervals, progress messages, and who waits no more."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from weakref import WeakSet

Say = Callable[[str], None]

#: Seconds of waiting from which on the user is told of it.
_WORTH_SAYING = 2.0
#: Seconds after which a waiting thread checks again whether it should go on waiting.
_SLICE_SECONDS = 0.25
#: Seconds after which the state of an operation is said again, if it has not changed.
_SILENCE_SECONDS = 300.0


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait for transient failures, in seconds, and how to report it.

    The seconds are those of one request, with all its tries (decision 0029).
    """

    seconds: float
    say: Say
    _over: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)
    _left: "WeakSet[threading.Thread]" = field(default_factory=WeakSet, compare=False, repr=False)

    def wait(self, seconds: float, why: str) -> bool:
        """Wait, and report a wait of two seconds or more; return whether to retry, False once the caller gave up."""
        if seconds >= _WORTH_SAYING and not self.is_over():
            self.say(f"  {why}; retrying in {seconds:.0f} s")
        return self._sleep(seconds)

    def pause(self, seconds: float) -> bool:
        """Wait without a message; return whether to go on."""
        return self._sleep(seconds)

    def _sleep(self, seconds: float) -> bool:
        if threading.current_thread() is threading.main_thread():
            time.sleep(seconds)  # Ctrl-C ends it
            return not self.is_over()
        left = seconds
        while left > 0 and not self.is_over():
            time.sleep(min(left, _SLICE_SECONDS))
            left -= _SLICE_SECONDS
        return not self.is_over()

    def is_over(self) -> bool:
        """Whether nobody waits any more for what the current thread does."""
        return self._over.is_set() or threading.current_thread() in self._left

    def leave(self, threads: Iterable[threading.Thread]) -> None:
        """Have some threads wait for nothing, and ask for nothing, any more, for good."""
        self._left.update(threads)

    def give_up(self) -> None:
        """Stop all waits, and retry nothing any more; what other threads are at by now is left for good."""
        self._over.set()
        self.leave(each for each in threading.enumerate() if each is not threading.main_thread())

    def resume(self) -> None:
        """Wait again, from now on: the main thread, and those that begin after this."""
        self._over.clear()


class Status:  # pylint: disable=too-few-public-methods
    """The status of what is under way, shown when it changes, and now and then while it does not.

    common: words, in lower case, that tell no more than that it is running
    """

    def __init__(self, show: Say, common: Iterable[str] = ()):
        self._show = show
        self._common = ("", *common)
        self._last = ""
        self._said = time.monotonic()

    def see(self, word: str) -> None:
        """Show a word, unless it was shown a short time ago."""
        now = time.monotonic()
        late = now - self._said >= _SILENCE_SECONDS
        if late or (word != self._last and word.lower() not in self._common):
            self._show(f"still {word or 'running'}" if late and word == self._last else word)
            self._said = now
        self._last = word


def intervals(longest: float) -> Iterator[float]:
    """Yield the seconds to wait between polls, growing from one second to the longest."""
    seconds = min(1.0, longest)
    while True:
        yield seconds
        seconds = min(seconds * 1.5, longest)
