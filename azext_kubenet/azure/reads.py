"""Reads of Azure, side by side and each once: whoever asks again gets the same answer."""

from collections.abc import Callable, Iterable, MutableSequence, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import NamedTuple, TypeVar

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.graph import Page, Scope

T = TypeVar("T")
#: What a read is answered with: a body or none, or the items of a list.
_Answer = Json | Sequence[Json] | None
#: Reads under way at once: all that a creation ever asks for, so that they cost the time of one.
_SIDE_BY_SIDE = 16
#: What the threads that read are called.
THREADS = "kubenet-read"


class Read(NamedTuple):
    """One question: a path and the version of its API; listed for all items of a list, over its pages.

    posted: whether it is a list that is asked for by POST
    enough: how many items are the whole list, so that a next page need not be asked for; 0 where that is not known
    whole: whether an answer without a list is a refusal, and no empty list
    """

    path: str
    api_version: str
    listed: bool = False
    filter: str = ""
    posted: bool = False
    enough: int = 0
    whole: bool = False


class Reader:
    """Answers of Azure to our questions. Use it in a `with`; a refusal is raised where its answer is asked for.

    leave: called with the threads that read when the `with` ends, to have what is still being tried given up. They are
    daemons, and those of no executor, which Python joins at its exit: whoever has his answers, or an error, or has
    pressed Ctrl-C, does not wait for what else was asked.
    """

    def __init__(self, client: ArmClient, leave: Callable[[Iterable[Thread]], None] = lambda _: None):
        self._client = client
        self._leave = leave
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = Lock()  # of what follows: whoever asks may be on any thread
        self._threads: list[Thread] = []
        self._answers: dict[Read, Future[_Answer]] = {}

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            for future in self._answers.values():
                future.cancel()
            for _ in self._threads:
                self._queue.put(None)
        self._leave(self._threads)

    def prefetch(self, reads: Iterable[Read]) -> None:
        """Start reading what will be asked for."""
        wanted = [*reads]
        with self._lock:
            for read in wanted:
                if self._asked(read) not in self._answers:
                    self._answers[read] = self._submit(partial(self._ask, read))

    def get(self, path: str, api_version: str) -> Json | None:
        """What lies at a path; None when it does not exist."""
        answer = self._answer(Read(path, api_version))
        return answer if isinstance(answer, dict) else None

    def list(
        self, path: str, api_version: str, filter_: str = "", *, enough: int = 0, whole: bool = False
    ) -> list[Json]:
        """All items of a list; none when its parent does not exist. enough, whole: as in Read"""
        answer = self._answer(Read(path, api_version, True, filter_, enough=enough, whole=whole))
        return answer if isinstance(answer, list) else []

    def list_by_post(self, path: str, api_version: str) -> Sequence[Json]:
        """All items of a list that is asked for by POST, and changes nothing."""
        answer = self._answer(Read(path, api_version, True, posted=True))
        return answer if isinstance(answer, list) else []

    def again(self, read: Read, after: float) -> Json | Sequence[Json] | None:
        """The answer to a read that is asked anew some seconds later, for what may have changed meanwhile."""
        self._client.retry_policy.pause(after)
        return self._ask(read)

    def search(self, query: str, subscriptions: Sequence[str], understand: Callable[[Json], T]) -> Future[Sequence[T]]:
        """What is understood of each row that a query of Azure Resource Graph finds; page after page, kept small."""
        return self.search_in(Scope(subscriptions), query, understand)

    def search_in(
        self, scope: Scope, query: str, understand: Callable[[Json], T], watch: Callable[[Page], None] = lambda _: None
    ) -> Future[Sequence[T]]:
        """The same in any scope; watch: called with each page, on whichever thread."""

        def collect() -> Sequence[T]:
            found: MutableSequence[T] = []
            for page in self._client.pages(query, scope):
                watch(page)
                found.extend(map(understand, page.rows))
            return found

        with self._lock:
            return self._submit(collect)

    def _submit(self, work: Callable[[], T]) -> Future[T]:
        """Have a thread do some work; the lock is held."""
        future: Future[T] = Future()
        self._queue.put(partial(_settle, future, work))
        if len(self._threads) < _SIDE_BY_SIDE:
            thread = Thread(target=self._serve, name=f"{THREADS}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def _serve(self) -> None:
        while (job := self._queue.get()) is not None:
            job()

    def _answer(self, read: Read) -> _Answer:
        self.prefetch([read])
        with self._lock:
            asked = self._asked(read)
        return self._answers[asked].result()

    def _asked(self, read: Read) -> Read:
        """The read whose answer serves, which may be one that takes no answer without a list; the lock is held."""
        whole = read._replace(whole=True)
        return whole if whole in self._answers else read

    def _ask(self, read: Read) -> _Answer:
        query = {"filter": read.filter} if read.filter else {}
        if read.posted:
            return self._client.list_by_post(read.path, read.api_version)
        if read.listed:
            return self._client.list(read.path, read.api_version, enough=read.enough, whole=read.whole, **query)
        return self._client.get(read.path, read.api_version, **query)


def _settle(future: Future[T], work: Callable[[], T]) -> None:
    """Do the work, and give what comes of it to those who wait for it."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # result() raises it
        future.set_exception(error)
