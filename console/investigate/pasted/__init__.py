"""What somebody pasted: ids, names, times and what hurts, read out of a sentence. Pure; nothing is asked of anybody."""

from console.investigate.pasted.moments import Moment
from console.investigate.pasted.reading import Pasted, Place, read_pasted

__all__ = ["Moment", "Pasted", "Place", "read_pasted"]
