"""The card fee, as near as it can be said beforehand."""

from dataclasses import dataclass

_ALL = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class CardFee:
    """What the processor keeps of a card payment: a share, and something for each. About: cards differ."""

    basis_points: int = 290
    fixed_minor: int = 30

    def covering(self, minor: int) -> int:
        """How much to pay, in minor units, so that about `minor` arrive: $5 becomes $5.46 at 2.9 % + 30 ¢."""
        kept_of_each = _ALL - self.basis_points
        return -(-(minor + self.fixed_minor) * _ALL // kept_of_each)
