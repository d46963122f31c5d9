"""What is wrong in JSON values, by path; lines are looked for at the end, and only of what is reported."""

from collections.abc import Iterable

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.options.range_lists.documents import Documents, Path
from azext_kubenet.options.range_lists.listing import FAULTS_KEPT, Fault, Listing, path_text
from azext_kubenet.options.range_lists.rows import begins_as_range, is_service_tag
from azext_kubenet.options.range_lists.titles import DOUBTFUL, of_family


def spot(documents: Documents, path: Path) -> tuple[int, str]:
    """Return the line and the path of a value as they are reported."""
    return documents.line(path), path_text(documents.shown(path))


class Ledger:
    """Faults and entries without a range of one listing."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._faults = _Faults()
        self._faulty = 0  # how much was found that is not a range
        self._doubts: dict[Path, _Faults] = {}  # what may well be something else
        self._good: set[Path] = set()  # where ranges are
        self._without: Path | None = None  # the first entry without a range

    def mark(self) -> tuple[int, int]:
        """Return how many ranges were found so far, and how much with what is not a range."""
        return self._listing.seen, self._listing.seen + self._faulty

    def found_since(self, mark: tuple[int, int], paths: Iterable[Path]) -> bool:
        """Return whether anything was found since a mark, right or wrong. paths: where ranges are, if any was found."""
        seen, found = self.mark()
        if seen > mark[0]:
            self._good.update(map(_keys_of, paths))
        return found > mark[1]

    def refuse(self, path: Path, fault: NotANetwork, text: str | None = None) -> None:
        """Note a fault. text: that is not a range, None where the fault is not one of a text."""
        key = _key_of(path)
        if text is not None and is_service_tag(key, text):
            self.pass_over(path)
            return
        kept = self._faults
        if text is not None and of_family(key)[0] in DOUBTFUL and not begins_as_range(text):
            kept = self._doubts.setdefault(_keys_of(path), _Faults())
        kept.note(self._faulty, path, fault)
        self._faulty += 1

    def pass_over(self, path: Path) -> None:
        """Note an entry without a range."""
        self._without = path if self._without is None else self._without
        self._listing.pass_over(0)

    @property
    def faulty(self) -> int:
        """Return how much was found that is not a range."""
        return self._faulty

    def forget_entries(self) -> None:
        """Count no entry without a range: they turned out to be machines."""
        self._without = None
        self._listing.without_range = 0

    def close(self, documents: Documents) -> None:
        """Write into the listing what is reported, with its line."""
        self._settle()
        self._listing.faults = [Fault(*spot(documents, path), fault) for _, path, fault in self._faults.first]
        self._listing.more_faults = self._faults.count - len(self._listing.faults)
        if self._without is not None:
            self._listing.first_without = spot(documents, self._without)

    def _settle(self) -> None:
        """Count doubtful texts as faults where other objects have a range at that place, otherwise as no range."""
        for keys, doubtful in self._doubts.items():
            if keys in self._good or not self._listing.taken:
                self._faults.add(doubtful)
            else:
                self.pass_over(doubtful.first[0][1])
                self._listing.without_range += doubtful.count - 1


def _keys_of(path: Path) -> Path:
    """Return the place of a value in every object of its kind: its keys without positions."""
    return tuple(step for step in path if isinstance(step, str))


def _key_of(path: Path) -> str:
    """Return the key of the value at a path, or of the list that it is in."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


class _Faults:
    """The first faults, in their order, and how many there are."""

    def __init__(self) -> None:
        self.first: list[tuple[int, Path, NotANetwork]] = []
        self.count = 0

    def note(self, order: int, path: Path, fault: NotANetwork) -> None:
        """Note one more. order: how many were found before"""
        self.count += 1
        if len(self.first) < FAULTS_KEPT:
            self.first.append((order, path, fault))

    def add(self, others: "_Faults") -> None:
        """Add those of another place."""
        self.count += others.count
        self.first = sorted([*self.first, *others.first], key=lambda each: each[0])[:FAULTS_KEPT]
