/**
 * The page's style. Colours are properties of the root, so that one drawing serves light, dark and paper:
 * blue for a gain and orange for a loss, which eyes without red, green or blue tell apart; sign and shape say
 * it too. Any change of a colour is tested for contrast (`test/statement/browser.test.ts`).
 *
 * A table that is wider than the screen scrolls in its box. A shade at the box's edge says that there is
 * more: the first digits of a cut amount look like an amount.
 */
import { type Html, html } from "./html.ts";

const LOSS = "#a8400a";
const LIGHT = `--bg:#f6f6f3;--card:#fff;--ink:#16191d;--muted:#5a626c;--rule:#dcdfe3;--grid:#e9ebee;--void:#eceef0;--gain:#0b5cad;--gainfill:#2f7fd1;--loss:${LOSS};--lossfill:#d9662b;--g1:#d6e6f7;--g2:#a5c9ee;--g3:#5b9bdd;--g4:#1f66b3;--l1:#fbe2d2;--l2:#f5bf9b;--l3:#e58a50;--l4:#b6500f;--on4:#fff;--ok:#0a6a52;--oktint:#e3f3ed;--offtint:#fbeadf`;
const DARK = `--bg:#101317;--card:#171b20;--ink:#e8eaed;--muted:#9aa3ad;--rule:#2b3138;--grid:#232930;--void:#22272d;--gain:#7ab8ff;--gainfill:#4a90d9;--loss:#ff9d66;--lossfill:#dd7440;--g1:#173049;--g2:#1e4b78;--g3:#2a66a3;--g4:#79b8ff;--l1:#3d2517;--l2:#6b3717;--l3:#96491a;--l4:#ff9d66;--on4:#10141a;--ok:#6fd0b0;--oktint:#12302a;--offtint:#33211a`;
const PAPER = LIGHT.replace("--bg:#f6f6f3", "--bg:#fff").replace("--ink:#16191d", "--ink:#000");

const RULES = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 Inter,ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:1120px;margin:0 auto;padding:36px 20px 56px}
a{color:inherit;text-underline-offset:3px}
:focus-visible{outline:2px solid var(--gain);outline-offset:2px;border-radius:3px}
header{display:grid;grid-template-columns:1fr minmax(300px,440px);gap:24px;align-items:start}
h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;margin:2px 0 6px}
h2{font-size:21px;line-height:1.25;letter-spacing:-.01em;margin:0 0 16px}
h2 small{font-size:13.5px;font-weight:400;color:var(--muted);letter-spacing:0;margin-left:8px}
h3{font-size:15px;margin:28px 0 10px}
h3 small,th small{font-weight:400;color:var(--muted);margin-left:4px}
th small:first-child{margin-left:0}
p{margin:0 0 10px}
.kind,.small,.whose{color:var(--muted)}
.kind,.small{font-size:13px;margin:0}
p.small{margin:12px 0 0}
.whose{margin:0 0 4px}
.verdict{display:flex;gap:12px;border-radius:12px;padding:14px 18px;font-size:13.5px;border:1px solid transparent}
.verdict p{margin:2px 0 0}
.verdict strong{font-size:15px}
.verdict .sign{font-weight:700;font-size:18px;line-height:1.2}
.verdict.proven{background:var(--oktint)}
.verdict.proven strong,.verdict.proven .sign,.ok{color:var(--ok)}
.verdict.unproven{border-color:var(--rule)}
.verdict.differs,.verdict.incomplete{background:var(--card);border:2px solid var(--lossfill)}
.verdict.incomplete{padding-left:30px;background:repeating-linear-gradient(135deg,var(--lossfill) 0 4px,transparent 4px 8px) 0 0/14px 100% no-repeat,var(--card)}
.verdict.differs strong,.verdict.incomplete strong,.verdict.differs .sign,.verdict.incomplete .sign,.off{color:var(--loss)}
nav{display:flex;flex-wrap:wrap;gap:0 4px;padding:0 0 0 1px;border-block:1px solid var(--rule);margin:24px 0 14px;font-size:13.5px}
nav a{color:var(--muted);text-decoration:none;padding:9px 8px}
nav a:first-child{padding-left:0}
nav a:hover{color:var(--ink);text-decoration:underline}
section{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:26px;margin:0 0 14px}
.lead{font-size:17px;line-height:1.55;max-width:46em;margin-bottom:20px}
.lead data{font-weight:600}
data.gain{color:var(--gain)}
data.loss{color:var(--loss)}
data{white-space:nowrap}
.unknown{color:var(--muted);font-style:italic}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(166px,1fr));gap:22px 0}
.card{padding:0 18px;border-left:1px solid var(--rule)}
.card:first-child{padding-left:0;border-left:0}
.card h3{margin:0;font-size:13.5px}
.net{font-size:21px;font-weight:600;letter-spacing:-.01em;margin:0 0 8px;line-height:1.5}
.first .net,.big{font-size:27px;font-weight:600;letter-spacing:-.02em;line-height:1.25}
dl{margin:0}
dd{margin:0}
.card dl div,article dl div{display:flex;justify-content:space-between;gap:10px;font-size:13px;line-height:1.75}
.card dt,article dt{color:var(--muted);overflow-wrap:normal}
.valued{border-bottom:1px solid var(--rule);padding-bottom:16px;margin-bottom:18px}
.inline{display:flex;flex-wrap:wrap;gap:4px 24px;font-size:13px}
.inline div{display:flex;gap:8px}
.inline dt{color:var(--muted)}
.keys{display:flex;flex-wrap:wrap;gap:14px 36px;margin-bottom:20px}
.keys dt{font-size:13px;color:var(--muted)}
.keys dd{font-size:19px;font-weight:600;line-height:1.35}
.keys dd.small,.keys dd small{font-size:13px;font-weight:400;color:var(--muted);letter-spacing:0}
.scroll{overflow-x:auto;margin:0 -6px;padding:0 6px;background:linear-gradient(to left,var(--card) 50%,transparent) right/36px 100% no-repeat local,linear-gradient(to left,var(--rule),transparent) right/18px 100% no-repeat scroll}
table{border-collapse:collapse;width:100%;font-size:13.5px;overflow-wrap:break-word}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{white-space:nowrap;text-align:left;vertical-align:baseline;padding:7px 14px 7px 0;border-bottom:1px solid var(--rule);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:13px}
tbody th{font-weight:500}
tfoot th,tfoot td{font-weight:600;border-bottom:0}
.n{text-align:right}
.t{white-space:nowrap}
.under{display:block;color:var(--muted)}
.prose{white-space:normal;min-width:15em}
.compact table{width:auto;min-width:min(100%,320px)}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--muted);overflow-wrap:anywhere}
th button{font:inherit;color:inherit;background:none;border:0;padding:2px 0;min-height:24px;cursor:pointer;text-align:inherit}
th button::after{content:" ↕";color:var(--muted);opacity:.55}
th[aria-sort=ascending] button::after{content:" ↑";opacity:1}
th[aria-sort=descending] button::after{content:" ↓";opacity:1}
details{margin-top:14px;font-size:13.5px}
summary{cursor:pointer;color:var(--muted);padding:3px 0;min-height:24px}
ul{margin:0 0 10px;padding-left:18px;font-size:13.5px}
li{margin:3px 0}
svg{display:block;width:100%;height:auto;overflow:visible;font-size:12px}
svg.narrow,svg.small{display:none}
.spark{width:120px;height:24px}
.accounts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,290px),1fr));gap:26px 36px}
article{border-top:1px solid var(--rule);padding-top:14px;min-width:0}
article h3{margin:0 0 4px}
article .net{margin:0 0 6px}
article .small{margin:0 0 4px}
article details{margin-top:2px}
h4{font-size:13.5px;margin:14px 0 0}
h4 small{font-weight:400;color:var(--muted);margin-left:4px}
.halves{display:grid;grid-template-columns:1fr 1fr;gap:8px 40px}
svg text{fill:var(--ink)}
svg .tick,svg .note{fill:var(--muted);font-size:11.5px}
svg text.small{font-size:9.5px}
svg .over{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
svg .value{font-size:12.5px}
svg .label{font-size:12.5px}
svg .total{font-weight:700}
svg text.gain{fill:var(--gain)}
svg text.loss{fill:var(--loss)}
.grid{stroke:var(--grid)}
.zeroline{stroke:var(--muted);stroke-opacity:.6}
.tickmark,.connector{stroke:var(--muted);stroke-opacity:.7}
.fill.gain{fill:var(--gainfill)}
.fill.loss{fill:var(--lossfill)}
.fill.zero{fill:var(--muted)}
.curve{fill:none;stroke:var(--ink);stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}
.spark .curve{stroke-width:1.4}
.area{fill:var(--ink);fill-opacity:.07}
.drawdown{fill:none;stroke:var(--lossfill);stroke-width:1.3;stroke-linejoin:round}
.drawdown-area{fill:var(--lossfill);fill-opacity:.2}
.dot,.low,.liquidation{stroke:var(--card);stroke-width:1.5}
.dot{fill:var(--ink)}
.low,.liquidation{fill:var(--loss)}
.begins{stroke:var(--muted);stroke-dasharray:2 3}
.void{fill:var(--void)}
.void.unread{fill:none;stroke:var(--muted);stroke-dasharray:3 3;stroke-opacity:.7}
.track{fill:none;stroke:var(--muted);stroke-opacity:.7}
.read{fill:var(--ink);fill-opacity:.72}
.wallet{fill:none;stroke:var(--muted);stroke-dasharray:5 4;stroke-width:1.3}
.step{fill:none;stroke:var(--ink);stroke-width:1.6}
.cross{stroke:var(--muted)}
.readout{min-height:20px;font-size:13px;color:var(--muted);margin:0}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--muted);margin-top:10px;align-items:center}
.key svg{display:inline-block;width:18px;height:12px;vertical-align:-1px;margin-right:6px}
.months{display:grid;grid-template-columns:1fr 1fr;gap:22px 30px}
.monthhead{display:flex;justify-content:space-between;align-items:baseline;gap:10px;font-size:13px;color:var(--muted);margin:0 0 6px}
.monthhead strong{color:var(--ink);font-size:14px;margin-right:8px}
.calendar{table-layout:fixed;border-collapse:separate;border-spacing:3px;margin:0 -3px;width:calc(100% + 6px);font-size:12.5px}
.calendar th{border:0;padding:0 2px 4px;text-align:center;font-size:12px;color:var(--muted)}
.calendar td{border:0;padding:2px 5px;height:38px;border-radius:5px;text-align:right;line-height:1.25;vertical-align:top;overflow-wrap:normal}
.calendar td i{display:block;text-align:left;font-style:normal;font-size:10.5px;line-height:1.2}
.calendar td data{color:inherit}
.calendar td.week{background:none;vertical-align:middle;padding:0 0 0 2px;font-size:12px;border-radius:0;white-space:nowrap}
.calendar td.week data.gain{color:var(--gain)}
.calendar td.week data.loss{color:var(--loss)}
.calendar th.week{text-align:right}
.calendar .z{background:var(--void)}
.calendar .u{box-shadow:inset 0 0 0 1.5px var(--rule);color:var(--muted);font-size:10.5px}
.calendar .b{color:var(--muted)}
.g1{--step:var(--g1)}.g2{--step:var(--g2)}.g3{--step:var(--g3)}.g4{--step:var(--g4)}.l1{--step:var(--l1)}.l2{--step:var(--l2)}.l3{--step:var(--l3)}.l4{--step:var(--l4)}.strip .z{--step:var(--void)}
.g1,.g2,.g3,.g4,.l1,.l2,.l3,.l4,.strip .z{background:var(--step);fill:var(--step)}
td.g4,td.l4{color:var(--on4)}
.strip .dots{fill:none;stroke:var(--step)}
.dots.round{stroke-linecap:round}
.strip .u{fill:none;stroke:var(--muted);stroke-opacity:.6}
.steps i{display:inline-block;width:17px;height:11px;border-radius:3px;margin-left:4px;vertical-align:-1px}
.steps i.z{background:var(--void)}
footer{color:var(--muted);font-size:13px;padding:10px 0}
@media screen and (max-width:760px){
.page{padding:22px 12px 40px}
header,.halves,.months{grid-template-columns:minmax(0,1fr)}
h1{font-size:27px}
section{padding:20px 15px}
svg.wide,svg.half{display:none}
svg.narrow,svg.small{display:block}
.cards{grid-template-columns:1fr 1fr}
.card{padding:0 12px}
.card:nth-child(even){padding-left:0;border-left:0}
.card.first{grid-column:1/-1;border:0;padding:0}
.card dl div{flex-wrap:wrap;column-gap:6px;font-size:12px}
tbody th small{display:block;margin-left:0}
.keys{display:grid;grid-template-columns:1fr 1fr;gap:14px}
nav{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap}
.calendar{font-size:10.5px;border-spacing:2px}
.calendar td{padding:2px 2px;height:36px}
.calendar td i{font-size:9.5px}
.calendar td.week{font-size:10.5px}
}
@media screen and (max-width:340px){.cards,.keys{grid-template-columns:minmax(0,1fr)}.card{border:0;padding:0}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media (forced-colors:active){.fill,.read{forced-color-adjust:none}}
@page{margin:14mm 13mm 15mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#5a626c}}
@media print{
:root{${PAPER}}
html,body{background:#fff;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font-size:9pt;line-height:1.4}
.page{max-width:none;padding:0}
header{grid-template-columns:1fr 70mm;gap:8mm}
h1{font-size:20pt}
h2{font-size:13pt;border-bottom:1px solid var(--rule);padding-bottom:4px;margin-bottom:9px}
h3{font-size:10pt;margin:14px 0 6px}
nav,footer,.readout,th button::after,details:not([open])>summary{display:none}
section{border:0;border-radius:0;padding:0;margin:7mm 0 0;background:none}
.lead{font-size:11pt;margin-bottom:10px}
.net{font-size:13pt}.first .net,.big{font-size:15pt}
.keys{gap:6px 26px;margin-bottom:10px}
.keys dd{font-size:12pt}
table{font-size:8pt}
th,td{padding:3px 8px 3px 0}
.small,.kind,.keys dt,.key,.card dl div,thead th{font-size:8pt}
.scroll{overflow:visible;background:none}
.cards{grid-template-columns:repeat(auto-fit,minmax(31mm,1fr))}
.card{padding:0 9px}
tbody th,.prose{white-space:normal;overflow-wrap:anywhere;min-width:0}
h2,h3{break-after:avoid}
svg,.cards,.keys,.keep,.months,tr,.verdict,.chart,.monthbox,li{break-inside:avoid}
thead{display:table-header-group}
tfoot{display:table-row-group}
.calendar,.calendar td.week{font-size:7pt}
.calendar .u{font-size:5.5pt}
.calendar td{height:26px;padding:1px 3px}
a{text-decoration:none}
}`;

/** The same text for the page and for the hash that lets it apply. */
export const STYLE = `:root{color-scheme:light dark;${LIGHT}}@media (prefers-color-scheme:dark){:root{${DARK}}}${RULES}`;

/** The words that stand at the head of each sheet of paper, in the page's margin. */
export function sheetStyle(words: string): string {
  return `@page{@top-left{content:"${cssText(words)}";font:8pt sans-serif;color:${LOSS}}}`;
}

/** What is not plain goes in as its number, so that it can end neither the string nor the element. */
function cssText(words: string): string {
  return [...words].map((sign) => (/[\w .,:]/.test(sign) ? sign : `\\${hex(sign)} `)).join("");
}

function hex(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16);
}

/** The texts are our own or escaped, and their quotes must stay quotes. */
export function styleElement(style: string): Html {
  return html`<style>${{ html: style }}</style>`;
}
