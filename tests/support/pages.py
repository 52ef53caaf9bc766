"""Pages, read as a reader reads them."""

from bs4 import BeautifulSoup


def texts(row):
    """What the cells of a table row say, without the labels that a narrow screen shows in them."""
    for label in row.select(".cell-label"):
        label.extract()
    return [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]


class ListPage:
    """What one answer of the list page shows."""

    def __init__(self, response):
        self.soup = BeautifulSoup(response.content, "lxml")
        links = self.soup.select(".center-list :is(h3, th) a")
        self.names = [link.get_text().strip() for link in links]
        self.notices = [
            " ".join(item.get_text(" ").split()) for item in self.soup.select(".notices li")
        ]
        self.sentence = self.soup.select_one("#results-title").get_text(strip=True)
        self.chips = {
            chip.select_one(".chip-label").get_text(): chip["href"]
            for chip in self.soup.select(".chips .chip")
        }

    @property
    def places(self):
        """The names without the words that all of them share."""
        return [name.removesuffix(" 소공인특화지원센터") for name in self.names]

    @property
    def marked(self):
        """The parts of the rows that are marked as found."""
        return [part.get_text() for part in self.soup.select(".center-list mark")]

    def choice(self, facet, value):
        """The checkbox of one choice and the count beside it."""
        box = self.soup.select_one(f'input[type=checkbox][name="{facet}"][value="{value}"]')
        if box is None:
            return None
        count = box.find_parent("label").select_one(".choice-count").get_text(strip=True)
        return box, int(count.removeprefix("센터").removesuffix("곳"))
