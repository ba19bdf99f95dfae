import{a as u}from"./chunk-TEF4HKKG.js";import{a as l}from"./chunk-ORVVO6WH.js";import{a as p,b as c,c as d}from"./chunk-XFZIPFTZ.js";var b=36e5;function g(r,e){let t=(e[1]-e[0])/(r[1]-r[0]||1);return s=>e[0]+(s-r[0])*t}function y(r,e=!1){return r.map(([t,s],n)=>n?e?`H${t.toFixed(1)}V${s.toFixed(1)}`:`L${t.toFixed(1)} ${s.toFixed(1)}`:`M${t.toFixed(1)} ${s.toFixed(1)}`).join("")}function h(r,e,t){let n=b*([1,2,3,4,6,12,24].find(o=>(e-r)/b/o<=t)??24),a=new Date(r).setHours(0,0,0,0),i=[];for(let o=a;o<e;o+=n)o>r&&i.push(o);return i}function w(r,e,t,s,n,a){return h(e,t,Math.max(2,Math.floor(a/70))).filter(i=>s(i)>24&&s(i)<a-24).map(i=>d`<text class="tick" x=${s(i)} y=${n} text-anchor="middle">${u(r,new Date(i),!1)}</text>`)}var m=class extends l{static{this.properties={...l.properties,width:{state:!0}}}static{this.styles=[l.styles,p`
      .chart {
        margin-top: 8px;
      }
      svg {
        display: block;
        overflow: visible;
      }
      .tick {
        font-size: 11px;
        fill: var(--secondary-text-color);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
        font-size: 12px;
        color: var(--secondary-text-color);
      }
      .legend li::before {
        content: "";
        display: inline-block;
        width: 12px;
        height: 8px;
        margin-inline-end: 6px;
        border-radius: 2px;
        background: var(--swatch);
      }
    `]}connectedCallback(){super.connectedCallback(),this.observer=new ResizeObserver(e=>{let t=Math.round(e[0]?.contentRect.width??0);t&&t!==this.width&&(this.width=t)}),this.hasUpdated&&this.observe()}disconnectedCallback(){super.disconnectedCallback(),this.observer?.disconnect()}updated(e){this.observe()}observe(){let e=this.renderRoot.querySelector(".chart");e&&this.observer?.observe(e)}legend(e){return c`<ul class="legend" aria-hidden="true">
      ${e.map(([t,s])=>c`<li style="--swatch: ${s}">${t}</li>`)}
    </ul>`}};export{b as a,g as b,y as c,w as d,m as e};
