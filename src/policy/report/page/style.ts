/** The page's whole style. Colours tell the freshness beside its name, never alone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --raised: #f5f6f8; --text: #1b1f24; --muted: #57606a; --line: #d0d7de;
  --link: #0550ae; --warn: #9a3412; --warn-back: #fff1e5;
  --public: #6e7781; --auth: #0969da; --bounded: #8250df; --now: #bf3989;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --raised: #161b22; --text: #e6edf3; --muted: #9aa4af; --line: #30363d;
    --link: #79c0ff; --warn: #ffb77c; --warn-back: #3b2313;
    --public: #9aa4af; --auth: #58a6ff; --bounded: #bc8cff; --now: #f778ba;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; background: var(--back);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
:target { background: var(--warn-back); }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
.public { --of: var(--public); } .auth { --of: var(--auth); }
.bounded { --of: var(--bounded); } .now { --of: var(--now); }
.bar { display: flex; height: 0.6rem; border-radius: 0.3rem; overflow: hidden; margin: 1rem 0; }
.bar rect { fill: var(--of); }
.bar svg { width: 100%; height: 100%; }
fieldset { border: 0; margin: 0; padding: 0; }
.legend label { display: block; }
.legend .label { min-width: 6rem; text-align: center; }
.legend .means { color: var(--muted); }
.tools { position: sticky; top: 0; background: var(--back); padding: 0.5rem 0; z-index: 1; }
#search-box { margin-left: 0.4rem; font: inherit; width: min(28rem, 100%); padding: 0.3rem 0.6rem; color: inherit;
  background: var(--raised); border: 1px solid var(--muted); border-radius: 0.4rem; }
#search-count { margin-left: 0.75rem; color: var(--muted); }
html:not(.scripted) .tools, html:not(.scripted) .legend input { display: none; }
details.type { margin: 0.5rem 0; background: var(--raised); border-radius: 0.4rem;
  padding: 0.3rem 0.75rem; scroll-margin-top: 4rem; }
summary { cursor: pointer; }
.kind { color: var(--muted); font-size: 0.85em; }
ul { list-style: none; margin: 0; padding: 0; }
details.type ul { padding-left: 0.4rem; }
details.type li { border-left: 4px solid var(--of); padding: 0.1rem 0 0.1rem 0.6rem;
  margin: 2px 0; scroll-margin-top: 4rem; }
details.type ul.below { margin: 0.2rem 0 0.4rem 0.6rem; }
.name, .answer { font-family: ui-monospace, monospace; font-size: 0.92em; }
.of { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.row { position: relative; }
.label { display: inline-block; border: 1px solid var(--line); border-radius: 1rem;
  padding: 0 0.55rem; font-size: 0.82em; margin-left: 0.25rem; overflow-wrap: anywhere; }
.label.freshness { border-color: var(--of); color: var(--of); font-weight: 600; }
.warning { display: inline-block; color: var(--warn); background: var(--warn-back);
  border-radius: 0.3rem; padding: 0 0.4rem; font-size: 0.85em; }
.warning::before { content: "Warning: "; font-weight: 600; }
.description { color: var(--muted); margin: 0 0 0 0.2rem; font-size: 0.87em; }
.opener { border: 0; background: none; color: inherit; font: inherit; cursor: pointer;
  width: 1.4rem; padding: 0; margin-left: -0.2rem; text-align: center; }
.opener::before { content: "▸"; }
.opener[aria-expanded="true"]::before { content: "▾"; }
li:not([data-opens]) > .row { padding-left: 1.2rem; }
.warnings li { margin: 0.2rem 0; }
[hidden] { display: none !important; }
@media print { .tools { display: none; } }
`;
