/** The page's looks: two sets of colours, of which the reader's system chooses one. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f5f6f8; --text: #1b1f24; --muted: #57606a; --line: #d5d9de;
  --keep: #2563a8; --part: #9a6700; --drop: #c4320a;
  --good: #1a7f37; --fair: #8a6100; --bad: #b42318;
  --c1: #2563a8; --c2: #c76b00; --c3: #2e7d5b; --c4: #9b4f96; --c5: #a33b2a; --c6: #5b7083;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --card: #1f242a; --text: #e6e9ec; --muted: #a5aeb8; --line: #3a424b;
    --keep: #6cb0f5; --part: #e3b341; --drop: #ff8a65;
    --good: #56d364; --fair: #e3b341; --bad: #ff7b72;
    --c1: #6cb0f5; --c2: #f0a33e; --c3: #63c99b; --c4: #d59ad1; --c5: #f2857a; --c6: #a9bccd;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 760px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.2rem; margin: 44px 0 10px; }
h3 { font-size: .8rem; font-weight: 600; color: var(--muted); margin: 0 0 4px; }
p { margin: 8px 0; }
a { color: var(--keep); }
.sub, .note, figcaption, footer { color: var(--muted); font-size: .9rem; }
.verdict { margin: 20px 0; padding: 14px 18px; background: var(--card); border-left: 5px solid var(--muted); border-radius: 4px; font-size: 1.1rem; }
.verdict.good { border-color: var(--good); } .verdict.fair { border-color: var(--fair); } .verdict.bad { border-color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 10px; margin: 0; }
.tiles div { background: var(--card); border-radius: 6px; padding: 10px 14px; }
.tiles dt { color: var(--muted); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles dd.change { font-size: .9rem; font-weight: 400; color: var(--muted); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 20px 0 0; font-size: .9rem; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
figcaption { margin: 6px 0; }
details { margin: 6px 0; } summary { cursor: pointer; color: var(--muted); font-size: .9rem; }
.scroll { overflow-x: auto; max-height: 480px; overflow-y: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; min-width: 50%; overflow-wrap: normal; }
small { color: var(--muted); font-size: .85em; }
th, td { text-align: right; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); font-weight: 400; white-space: nowrap; }
thead th { color: var(--muted); white-space: normal; position: sticky; top: 0; background: var(--page); }
tbody th { white-space: normal; min-width: 5.5em; }
th[scope=row], thead th:first-child { text-align: left; }
#repeat td { text-align: left; white-space: normal; overflow-wrap: anywhere; } #repeat h3 { margin-top: 24px; } #repeat th[scope=row] { white-space: nowrap; vertical-align: top; }
pre { background: var(--card); padding: 12px; border-radius: 6px; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; }
.sample { border-top: 1px solid var(--line); padding: 10px 0; }
.prompt, .text { white-space: pre-wrap; } .prompt { font-weight: 600; font-size: .95rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; } .text { font-size: .95rem; margin: 0; }
footer { margin-top: 48px; padding-bottom: 32px; }
@media (max-width: 640px) {
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  .wide { display: none; } .narrow { display: block; }
  small { display: block; }
  .pair { grid-template-columns: 1fr; } .tiles { grid-template-columns: 1fr 1fr; }
}
@media print { details, nav { display: none; } .scroll { max-height: none; overflow: visible; } }
`;
