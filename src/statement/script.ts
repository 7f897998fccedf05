/**
 * What runs in the browser: tables that sort, and the figures of a day under the pointer. The page is whole
 * without it. Exact texts are compared as numbers here for their order alone.
 */
import { type Html, html } from "./html.ts";

export const SCRIPT = `(()=>{
const d=document,key=c=>{const v=c.querySelector("data");return v?+v.value:NaN};
for(const t of d.querySelectorAll("table.sorts")){
const heads=[...t.tHead.rows[0].cells],body=t.tBodies[0],first=[...body.rows];
heads.forEach((h,i)=>{
const b=d.createElement("button");b.type="button";while(h.firstChild)b.append(h.firstChild);h.append(b);
b.addEventListener("click",()=>{
const up=h.getAttribute("aria-sort")==="descending";
heads.forEach(o=>o.removeAttribute("aria-sort"));
h.setAttribute("aria-sort",up?"ascending":"descending");
for(const r of first.slice().sort((x,y)=>{
const a=x.cells[i],c=y.cells[i],m=key(a),n=key(c);
const o=isNaN(m)&&isNaN(n)?(a.textContent<c.textContent?1:a.textContent>c.textContent?-1:0):isNaN(m)?-1:isNaN(n)?1:m-n;
return up?o:-o}))body.append(r);
})})}
for(const s of d.querySelectorAll("svg[data-days]")){
const days=s.dataset.days.split("|"),[l,r,top,end]=s.dataset.box.split(" ").map(v=>+v),w=s.viewBox.baseVal.width;
const out=d.createElement("p");out.className="readout";out.setAttribute("aria-hidden","true");s.after(out);
const line=d.createElementNS("http://www.w3.org/2000/svg","line");line.setAttribute("class","cross");line.setAttribute("y1",top);line.setAttribute("y2",end);line.setAttribute("visibility","hidden");s.append(line);
s.addEventListener("pointermove",e=>{
const b=s.getBoundingClientRect(),x=(e.clientX-b.left)*w/b.width,n=days.length-1;
const i=Math.max(0,Math.min(n,Math.round((x-l)/(r-l)*n))),p=l+(r-l)*i/n;
line.setAttribute("x1",p);line.setAttribute("x2",p);line.setAttribute("visibility","visible");
out.textContent=days[i];
});
s.addEventListener("pointerleave",()=>{line.setAttribute("visibility","hidden");out.textContent=""});
}})()`;

export function scriptElement(): Html {
  return html`<script>${{ html: SCRIPT }}</script>`;
}
