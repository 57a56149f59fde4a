"""An estimate of the card fee."""

from dataclasses import dataclass

_ALL = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class CardFee:
    """The processor's approximate fee for a card payment: a share and a fixed amount; cards differ."""

    basis_points: int = 290
    fixed_minor: int = 30

    def covering(self, minor: int) -> int:
        """Return how much to pay, in minor units, so that about `minor` arrive: $5.46 for $5 at 2.9% + 30¢."""
        kept_of_each = _ALL - self.basis_points
        return -(-(minor + self.fixed_minor) * _ALL // kept_of_each)
