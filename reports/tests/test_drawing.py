"""What the charts of the dashboard are drawn from: heights, lengths and the scale beside them."""

from reports.dashboard.charts import bars, plot, top_of


def test_no_chart_is_higher_than_its_box():
    assert [top_of([value]) for value in (0, 1, 2, 3, 10, 11, 99, 101, 2001)] == [2, 2, 2, 4, 10, 20, 100, 200, 4000]
    drawn = plot([0, 5, None], ["a", "b", "c"], ["", "", ""], top=10, line=[10, 0, 5])
    assert [(one.y, one.height, one.is_empty) for one in drawn.columns] == [
        ("100", "0", False),
        ("50", "50", False),
        ("100", "0", True),
    ]
    assert drawn.line == "5,0 15,100 25,50"
    assert drawn.ticks == ["10", "5", "0"]
    assert [one.length for one in bars([("a", 4, ""), ("b", 1, ""), ("c", 0, "")])] == ["100", "25", "0"]
    assert [one.length for one in bars([("a", 0, "")])] == ["0"]
