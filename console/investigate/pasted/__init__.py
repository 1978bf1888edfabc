"""What somebody pasted: ids, names, times and what hurts, read out of a sentence. Pure; nothing is asked of anybody."""

from console.investigate.pasted.moments import Moment
from console.investigate.pasted.reading import LONGEST_TEXT, Pasted, Place, read_pasted

__all__ = ["LONGEST_TEXT", "Moment", "Pasted", "Place", "read_pasted"]
