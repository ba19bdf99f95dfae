import{a as U,b as g,c as T,d as W,e as k}from"./chunk-34QD4IWZ.js";import{a as S,b as m,c as I,e as b,g as d,h as R}from"./chunk-TEF4HKKG.js";import{b as D}from"./chunk-CCUTBPJU.js";import{a as A,b as u,c as M}from"./chunk-4IL7PDPR.js";import{d as w,e as j}from"./chunk-WJO2DTAY.js";var x=i=>i&&typeof i=="object"?i:{};function B(i){let{slots:s,quality:t}=x(i);return{quality:typeof t=="string"?t:"",slots:Array.isArray(s)?s.flatMap(z):[]}}function z(i){let{start:s,end:t,price:e,surplus:n,tanks:r}=x(i),[o,c]=[R(s),R(t)];return!o||!c||c<=o?[]:[{start:o.getTime(),end:c.getTime(),price:d(e)??0,surplus:d(n)??0,tanks:Object.entries(x(r)).map(([p,l])=>({name:p,power:d(x(l).power)??0,temperature:d(x(l).temperature)??0}))}]}var f=i=>i.tanks.reduce((s,t)=>s+t.power,0);function _(i,s){let t=f(s);if(t<=0)return"rest";if(s.surplus>=t/2)return"surplus";let e=i.reduce((n,r)=>n+r.price,0)/i.length;return s.price<=e?"cheap":"needed"}var v=180,O=22;function K(i,s,t,e){let[n,r]=[s[0].start,s.at(-1).end],o=g([n,r],[0,t]),c=s.map(a=>a.price),p=g([Math.min(0,...c),Math.max(.01,...c)],[v-O,18]),l=g([0,Math.max(1e3,...s.map(a=>a.surplus))],[v-O,18]),y=s.flatMap(a=>a.tanks.map(h=>h.temperature)),[E,q]=[Math.min(...y,40)-2,Math.max(...y,60)+2],L=g([E,q],[v-O,18]),V=s[0].tanks.map(a=>a.name),F={surplus:"var(--success-color, #43a047)",cheap:"var(--primary-color)",needed:"var(--primary-color)",rest:"color-mix(in srgb, var(--secondary-text-color) 24%, transparent)"},G=s.map((a,h)=>{let[$,N]=[o(a.start),o(a.end)],[C,X]=[p(Math.max(a.price,0)),p(Math.min(a.price,0))];return M`<rect x=${$+.5} y=${C} width=${Math.max(N-$-1,.5)} height=${Math.max(X-C,1)}
      fill=${F[_(s,a)]} data-heat=${f(a)>0}
      stroke=${h===e?"var(--primary-text-color)":"none"} stroke-width="2" />`}),H=a=>s.map(h=>[o((h.start+h.end)/2),a(h)]);return u`<svg width=${t} height=${v} aria-hidden="true">
    ${G}
    <path d=${T(H(a=>l(Math.max(a.surplus,0))))} fill="none" stroke="var(--warning-color, #ffa600)" stroke-width="2" />
    ${V.map((a,h)=>M`<path d=${T(H($=>L($.tanks[h]?.temperature??E)))} fill="none" stroke="var(--error-color, #db4437)" stroke-width="2" stroke-dasharray=${h?"4 3":"none"} />`)}
    <text class="tick" x="0" y="12">${m(i,Math.max(...c),2)} ${i.config.currency}</text>
    <text class="tick" x=${t} y="12" text-anchor="end">${b(i,q-2)}</text>
    ${W(i,n,r,o,v-6,t)}
  </svg>`}var J=5*6e4,Q=24,P=class extends k{constructor(){super(...arguments);this.key="heating_reason";this.planned=""}static{this.properties={...k.properties,plan:{state:!0},chosen:{state:!0}}}static{this.styles=[k.styles,A`
      .chart {
        cursor: crosshair;
        touch-action: pan-y;
        border-radius: 4px;
      }
      .slot {
        min-height: 40px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.load()},J)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(t){super.updated(t);let e=this.config.entity??"",n=w(this.hass,e,"heating_plan_quality"),r=`${e} ${this.state(e)?.last_changed} ${this.state(n)?.last_changed}`;r!==this.planned&&this.state(e)&&(this.planned=r,this.load())}async load(){let t=this.config?.entity,e=t&&this.hass?j(this.hass,t):void 0;if(!(!e||this.state(t)?.state==="unavailable"))try{this.plan=B(await this.ask("heating_get_plan",{config_entry_id:e})),this.problem=""}catch(n){this.problem=D(n)}}slots(){let t=Date.now(),e=Math.min(48,Math.max(2,d(this.config.hours_to_show)??Q));return(this.plan?.slots??[]).filter(n=>n.end>t&&n.start<t+e*U)}content(){let t=this.config.entity,e=this.slots(),n=this.shown(w(this.hass,t,"heating_next_start")),r=this.quality(),o=this.state(t).state==="unavailable"?this.text("unavailable"):this.shown(t);return u`
      ${this.headingRow(r?u`<span class="soft">${r}</span>`:"")}
      <div aria-live="polite">
        <p>${o}</p>
        ${n?u`<p class="soft">${this.text("next_start",{time:n})}</p>`:""}
      </div>
      ${e.length?this.drawing(e):u`<p class="soft">${this.plan?this.text("no_plan"):this.text("loading")}</p>`}
    `}quality(){let t=this.state(w(this.hass,this.config.entity,"heating_plan_quality"));return t&&this.plan?.quality?this.hass.formatEntityState(t,this.plan.quality):""}drawing(t){let e=Math.min(Math.max(this.chosen??0,0),t.length-1),n=this.sentence(t,e);return u`
      <div
        class="chart"
        role="slider"
        tabindex="0"
        aria-label=${this.text("plan_chart")}
        aria-valuemin="0"
        aria-valuemax=${t.length-1}
        aria-valuenow=${e}
        aria-valuetext=${n}
        @keydown=${r=>this.step(r,e,t.length)}
        @pointermove=${r=>this.point(r,t)}
        @pointerdown=${r=>this.point(r,t)}
      >
        ${this.width?K(this.hass,t,this.width,e):""}
      </div>
      <p class="slot">${n}</p>
      ${this.legend([[this.text("legend_surplus"),"var(--success-color, #43a047)"],[this.text("legend_grid"),"var(--primary-color)"],[this.text("legend_price"),"color-mix(in srgb, var(--secondary-text-color) 35%, transparent)"],[this.text("legend_sun"),"var(--warning-color, #ffa600)"],[this.text("legend_tank"),"var(--error-color, #db4437)"]])}
    `}sentence(t,e){let n=t[e],r=`${S(this.hass,new Date(n.start))}\u2013${S(this.hass,new Date(n.end),!1)}`,o=I(m(this.hass,n.price,3),`${this.hass.config.currency}/kWh`),c=n.tanks.map(y=>`${y.name} ${b(this.hass,y.temperature)}`).join(", "),p=n.surplus>0?`, ${this.text("surplus",{watts:m(this.hass,n.surplus,0)})}`:"",l=f(n)>0?` ${this.text("heats",{watts:m(this.hass,f(n),0)})}`:"";return`${r}: ${o}${p}. ${c}.${l} ${this.text(`why_${_(t,n)}`)}`}step(t,e,n){let o={ArrowRight:e+1,ArrowUp:e+1,ArrowLeft:e-1,ArrowDown:e-1,PageUp:e+4,PageDown:e-4,Home:0,End:n-1}[t.key];o!==void 0&&(t.preventDefault(),this.chosen=Math.min(Math.max(o,0),n-1))}point(t,e){let n=t.currentTarget.getBoundingClientRect(),[r,o]=[e[0].start,e.at(-1).end],c=r+(t.clientX-n.left)/n.width*(o-r),p=e.findIndex(l=>c>=l.start&&c<l.end);p>=0&&(this.chosen=p)}};customElements.define("jannenkoti-plan-view",P);
