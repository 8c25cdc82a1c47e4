"""The look of the demo's own pages (the provider's list of people, the caught mails): plain, readable, light and dark."""

from html import escape

STYLE = """
:root { color-scheme: light dark; --ground: #f6f8f8; --card: #fff; --line: #d5dedd; --text: #182625; --soft: #526463; --accent: #0f766e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101817; --card: #182221; --line: #2f3d3b; --text: #e6efee; --soft: #9fb1af; --accent: #2dd4bf; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
main.wide { max-width: 76rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; }
p { margin: 0 0 1.25rem; color: var(--soft); }
a { color: var(--accent); }
ul { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none; }
ul.people { grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); }
button, .card { display: block; width: 100%; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  color: inherit; font: inherit; text-align: left; text-decoration: none; overflow-wrap: anywhere; }
button { cursor: pointer; }
button:hover, a.card:hover, button:focus-visible, a.card:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: -2px; }
strong { display: block; }
small { display: block; color: var(--soft); font-size: .875rem; }
.role { color: var(--accent); }
.columns { display: grid; gap: 1rem; }
.columns > * { min-width: 0; }
@media (min-width: 60rem) { .columns { grid-template-columns: 3fr 2fr; } }
iframe { width: 100%; height: 36rem; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1rem; margin: 0 0 1rem; font-size: .875rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
"""


def page(title: str, lead: str, body: str, *, wide: bool = False) -> str:
    """A whole HTML document; `body` is HTML, title and lead are text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f'<body><main class="{"wide" if wide else ""}"><h1>{escape(title)}</h1><p>{escape(lead)}</p>{body}</main></body></html>'
    )
