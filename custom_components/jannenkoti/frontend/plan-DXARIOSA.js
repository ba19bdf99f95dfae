import{a as U,b,c as T,d as L,e as M}from"./chunk-ENRGXLZK.js";import{a as w,b as h,c as I,e as y,g as u,h as k}from"./chunk-TEF4HKKG.js";import{b as D}from"./chunk-ORVVO6WH.js";import{a as C,b as d,c as P}from"./chunk-XFZIPFTZ.js";import{d as $,e as A}from"./chunk-V4ISI72B.js";var f=r=>r&&typeof r=="object"?r:{};function W(r){let{slots:s,quality:t}=f(r);return{quality:typeof t=="string"?t:"",slots:Array.isArray(s)?s.flatMap(Q):[]}}function Q(r){let{start:s,end:t,price:e,surplus:n,tanks:a,reason:o}=f(r),{key:c,placeholders:p}=f(o),[m,g]=[k(s),k(t)];return!m||!g||g<=m?[]:[{start:m.getTime(),end:g.getTime(),price:u(e)??0,surplus:u(n)??0,tanks:Object.entries(f(a)).map(([S,v])=>({name:S,power:u(f(v).power)??0,temperature:u(f(v).temperature)??0})),reason:{key:typeof c=="string"?c:"",placeholders:f(p)}}]}var x=r=>r.tanks.reduce((s,t)=>s+t.power,0);var Y="component.jannenkoti.common.heating_slot_",Z=["surplus","above_target"],E=new Map;function B(r){let{language:s}=r,t=E.get(s);if(t)return t;let e=r.callWS({type:"frontend/get_translations",language:s,category:"common",integration:["jannenkoti"]}).then(({resources:n})=>n);return E.set(s,e),e.catch(()=>E.delete(s)),e}var F=r=>Z.includes(r.key);function K(r,s,t){return(s[Y+t.key]??"").replace(/\{(\w+)\}/g,(e,n)=>tt(r,n,t.placeholders[n]))}function tt(r,s,t){let e=k(t);if(e)return w(r,e);let n=u(t);return n===void 0?"?":s==="temperature"?y(r,n):s==="price"||s==="later"?`${h(r,n,3)} ${r.config.currency}`:h(r,n,0)}var _=180,H=22;function et(r){return x(r)<=0?"color-mix(in srgb, var(--secondary-text-color) 24%, transparent)":F(r.reason)?"var(--success-color, #43a047)":"var(--primary-color)"}function V(r,s,t,e){let[n,a]=[s[0].start,s.at(-1).end],o=b([n,a],[0,t]),c=s.map(i=>i.price),p=b([Math.min(0,...c),Math.max(.01,...c)],[_-H,18]),m=b([0,Math.max(1e3,...s.map(i=>i.surplus))],[_-H,18]),g=s.flatMap(i=>i.tanks.map(l=>l.temperature)),[S,v]=[Math.min(...g,40)-2,Math.max(...g,60)+2],X=b([S,v],[_-H,18]),G=s[0].tanks.map(i=>i.name),N=s.map((i,l)=>{let[R,z]=[o(i.start),o(i.end)],[j,J]=[p(Math.max(i.price,0)),p(Math.min(i.price,0))];return P`<rect x=${R+.5} y=${j} width=${Math.max(z-R-1,.5)} height=${Math.max(J-j,1)}
      fill=${et(i)} data-heat=${x(i)>0}
      stroke=${l===e?"var(--primary-text-color)":"none"} stroke-width="2" />`}),q=i=>s.map(l=>[o((l.start+l.end)/2),i(l)]);return d`<svg width=${t} height=${_} aria-hidden="true">
    ${N}
    <path d=${T(q(i=>m(Math.max(i.surplus,0))))} fill="none" stroke="var(--warning-color, #ffa600)" stroke-width="2" />
    ${G.map((i,l)=>P`<path d=${T(q(R=>X(R.tanks[l]?.temperature??S)))} fill="none" stroke="var(--error-color, #db4437)" stroke-width="2" stroke-dasharray=${l?"4 3":"none"} />`)}
    <text class="tick" x="0" y="12">${h(r,Math.max(...c),2)} ${r.config.currency}</text>
    <text class="tick" x=${t} y="12" text-anchor="end">${y(r,v-2)}</text>
    ${L(r,n,a,o,_-6,t)}
  </svg>`}var nt=5*6e4,rt=24,O=class extends M{constructor(){super(...arguments);this.sentences={};this.key="heating_reason";this.planned=""}static{this.properties={...M.properties,plan:{state:!0},chosen:{state:!0}}}static{this.styles=[M.styles,C`
      .chart {
        cursor: crosshair;
        touch-action: pan-y;
        border-radius: 4px;
      }
      .slot {
        min-height: 40px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.load()},nt)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(t){super.updated(t);let e=this.config.entity??"",n=$(this.hass,e,"heating_plan_quality"),a=$(this.hass,e,"heating_plan"),o=`${e} ${this.state(e)?.last_changed} ${this.state(n)?.last_changed} ${this.state(a)?.last_updated} ${this.hass.language}`;o!==this.planned&&this.state(e)&&(this.planned=o,this.load())}async load(){let t=this.config?.entity,e=t&&this.hass?A(this.hass,t):void 0;if(!(!e||this.state(t)?.state==="unavailable"))try{let[n,a]=await Promise.all([this.ask("heating_get_plan",{config_entry_id:e}),B(this.hass)]);[this.plan,this.sentences]=[W(n),a],this.problem=""}catch(n){this.problem=D(n)}}slots(){let t=Date.now(),e=Math.min(48,Math.max(2,u(this.config.hours_to_show)??rt));return(this.plan?.slots??[]).filter(n=>n.end>t&&n.start<t+e*U)}content(){let t=this.config.entity,e=this.slots(),n=this.shown($(this.hass,t,"heating_next_start")),a=this.quality(),o=this.state(t).state==="unavailable"?this.text("unavailable"):this.shown(t);return d`
      ${this.headingRow(a?d`<span class="soft">${a}</span>`:"")}
      <div aria-live="polite">
        <p>${o}</p>
        ${n?d`<p class="soft">${this.text("next_start",{time:n})}</p>`:""}
      </div>
      ${e.length?this.drawing(e):d`<p class="soft">${this.plan?this.text("no_plan"):this.text("loading")}</p>`}
    `}quality(){let t=this.state($(this.hass,this.config.entity,"heating_plan_quality"));return t&&this.plan?.quality?this.hass.formatEntityState(t,this.plan.quality):""}drawing(t){let e=Math.min(Math.max(this.chosen??0,0),t.length-1),n=this.sentence(t[e]);return d`
      <div
        class="chart"
        role="slider"
        tabindex="0"
        aria-label=${this.text("plan_chart")}
        aria-valuemin="0"
        aria-valuemax=${t.length-1}
        aria-valuenow=${e}
        aria-valuetext=${n}
        @keydown=${a=>this.step(a,e,t.length)}
        @pointermove=${a=>this.point(a,t)}
        @pointerdown=${a=>this.point(a,t)}
      >
        ${this.width?V(this.hass,t,this.width,e):""}
      </div>
      <p class="slot">${n}</p>
      ${this.legend([[this.text("legend_surplus"),"var(--success-color, #43a047)"],[this.text("legend_grid"),"var(--primary-color)"],[this.text("legend_price"),"color-mix(in srgb, var(--secondary-text-color) 35%, transparent)"],[this.text("legend_sun"),"var(--warning-color, #ffa600)"],[this.text("legend_tank"),"var(--error-color, #db4437)"]])}
    `}sentence(t){let e=`${w(this.hass,new Date(t.start))}\u2013${w(this.hass,new Date(t.end),!1)}`,n=I(h(this.hass,t.price,3),`${this.hass.config.currency}/kWh`),a=t.tanks.map(p=>`${p.name} ${y(this.hass,p.temperature)}`).join(", "),o=t.surplus>0?`, ${this.text("surplus",{watts:h(this.hass,t.surplus,0)})}`:"",c=x(t)>0?` ${this.text("heats",{watts:h(this.hass,x(t),0)})}`:"";return`${e}: ${n}${o}. ${a}.${c} ${K(this.hass,this.sentences,t.reason)}`}step(t,e,n){let o={ArrowRight:e+1,ArrowUp:e+1,ArrowLeft:e-1,ArrowDown:e-1,PageUp:e+4,PageDown:e-4,Home:0,End:n-1}[t.key];o!==void 0&&(t.preventDefault(),this.chosen=Math.min(Math.max(o,0),n-1))}point(t,e){let n=t.currentTarget.getBoundingClientRect(),[a,o]=[e[0].start,e.at(-1).end],c=a+(t.clientX-n.left)/n.width*(o-a),p=e.findIndex(m=>c>=m.start&&c<m.end);p>=0&&(this.chosen=p)}};customElements.define("jannenkoti-plan-view",O);
