"""The header of a sheet: names that stand in one row or several, spanning columns or broken."""

from __future__ import annotations

from flows.reading.workbook_cells import letters_of


def names_in(rows: list[list[str]], header_rows: tuple[int, ...]) -> dict[int, str]:
    """Return place of a column → its name, for the columns that have one."""
    if max(header_rows) > len(rows):
        return {}
    *above, last = (rows[number - 1] for number in sorted(header_rows))
    spans = [_spanning(row) for row in above]
    names = {}
    for column, text in enumerate(last):
        own = text.split()
        # A text above spans no column that the last row does not name, but stands over its own.
        over = [spans[index][column] if own else row[column] for index, row in enumerate(above)]
        if words := [word for part in over for word in part.split()] + own:
            names[column] = " ".join(words)
    return names


def with_letters(names: dict[int, str], body: list[tuple[int, list[str]]]) -> dict[int, str]:
    """Return the names, in order of the columns, with the letters of those that have cells and no name."""
    filled = {place for _, cells in body for place, cell in enumerate(cells) if cell.strip()}
    return {place: names.get(place, f"<{letters_of(place)}>") for place in sorted({*names, *filled})}


def _spanning(row: list[str]) -> list[str]:
    spanned, text = [], ""
    for cell in row:
        text = cell if cell.strip() else text
        spanned.append(text)
    return spanned


def last_row_within(rows: list[list[str]], first: int, names: dict[int, str]) -> int:
    """Return the last of the rows from the first on that say nothing but what the names say."""
    words = {place: {name, *name.split()} for place, name in names.items()}
    for number, cells in enumerate(rows[first - 1 :], first):
        texts = {place: " ".join(cell.split()) for place, cell in enumerate(cells)}
        if any(text and text not in words.get(place, ()) for place, text in texts.items()):
            return number - 1
    return len(rows)
