import{a as I,b as x,c as R,d as q,e as b}from"./chunk-OQ6HER7I.js";import{a as M,b as u,d as m,e as S}from"./chunk-YJA5RPMG.js";import{b as D}from"./chunk-FVECEDN2.js";import{a as A,b as d,c as _}from"./chunk-XFZIPFTZ.js";import{d as w,e as j}from"./chunk-RJ3CSUG3.js";var y=i=>i&&typeof i=="object"?i:{};function W(i){let s=y(i).slots;return{slots:Array.isArray(s)?s.flatMap(N):[]}}function N(i){let{start:s,end:t,price:e,surplus:r,tanks:n}=y(i),[o,c]=[S(s),S(t)];return!o||!c||c<=o?[]:[{start:o.getTime(),end:c.getTime(),price:m(e)??0,surplus:m(r)??0,tanks:Object.entries(y(n)).map(([h,l])=>({name:h,power:m(y(l).power)??0,temperature:m(y(l).temperature)??0}))}]}var f=i=>i.tanks.reduce((s,t)=>s+t.power,0);function k(i,s){let t=f(s);if(t<=0)return"rest";if(s.surplus>=t/2)return"surplus";let e=i.reduce((r,n)=>r+n.price,0)/i.length;return s.price<=e?"cheap":"needed"}var v=180,T=22;function U(i,s,t,e){let[r,n]=[s[0].start,s.at(-1).end],o=x([r,n],[0,t]),c=s.map(a=>a.price),h=x([Math.min(0,...c),Math.max(.01,...c)],[v-T,18]),l=x([0,Math.max(1e3,...s.map(a=>a.surplus))],[v-T,18]),g=s.flatMap(a=>a.tanks.map(p=>p.temperature)),[P,E]=[Math.min(...g,40)-2,Math.max(...g,60)+2],B=x([P,E],[v-T,18]),K=s[0].tanks.map(a=>a.name),L={surplus:"var(--success-color, #43a047)",cheap:"var(--primary-color)",needed:"var(--primary-color)",rest:"color-mix(in srgb, var(--secondary-text-color) 24%, transparent)"},V=s.map((a,p)=>{let[$,F]=[o(a.start),o(a.end)],[H,G]=[h(Math.max(a.price,0)),h(Math.min(a.price,0))];return _`<rect x=${$+.5} y=${H} width=${Math.max(F-$-1,.5)} height=${Math.max(G-H,1)}
      fill=${L[k(s,a)]} data-heat=${f(a)>0}
      stroke=${p===e?"var(--primary-text-color)":"none"} stroke-width="2" />`}),C=a=>s.map(p=>[o((p.start+p.end)/2),a(p)]);return d`<svg width=${t} height=${v} aria-hidden="true">
    ${V}
    <path d=${R(C(a=>l(Math.max(a.surplus,0))))} fill="none" stroke="var(--warning-color, #ffa600)" stroke-width="2" />
    ${K.map((a,p)=>_`<path d=${R(C($=>B($.tanks[p]?.temperature??P)))} fill="none" stroke="var(--error-color, #db4437)" stroke-width="2" stroke-dasharray=${p?"4 3":"none"} />`)}
    <text class="tick" x="0" y="12">${u(i,Math.max(...c),2)} ${i.config.currency}</text>
    <text class="tick" x=${t} y="12" text-anchor="end">${u(i,E-2,0)} °C</text>
    ${q(i,r,n,o,v-6,t)}
  </svg>`}var X=5*6e4,z=24,O=class extends b{constructor(){super(...arguments);this.key="heating_reason";this.planned=""}static{this.properties={...b.properties,plan:{state:!0},chosen:{state:!0}}}static{this.styles=[b.styles,A`
      .chart {
        cursor: crosshair;
        touch-action: pan-y;
        border-radius: 4px;
      }
      .slot {
        min-height: 40px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.load()},X)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(t){super.updated(t);let e=this.config.entity??"",r=w(this.hass,e,"heating_plan_quality"),n=`${e} ${this.state(e)?.last_changed} ${this.state(r)?.last_changed}`;n!==this.planned&&this.state(e)&&(this.planned=n,this.load())}async load(){let t=this.config?.entity,e=t&&this.hass?j(this.hass,t):void 0;if(!(!e||this.state(t)?.state==="unavailable"))try{this.plan=W(await this.ask("heating_get_plan",{config_entry_id:e})),this.problem=""}catch(r){this.problem=D(r)}}slots(){let t=Date.now(),e=Math.min(48,Math.max(2,m(this.config.hours_to_show)??z));return(this.plan?.slots??[]).filter(r=>r.end>t&&r.start<t+e*I)}content(){let t=this.config.entity,e=this.slots(),r=this.shown(w(this.hass,t,"heating_next_start")),n=this.shown(w(this.hass,t,"heating_plan_quality")),o=this.state(t).state==="unavailable"?this.text("unavailable"):this.shown(t);return d`
      ${this.headingRow(n?d`<span class="soft">${n}</span>`:"")}
      <div aria-live="polite">
        <p>${o}</p>
        ${r?d`<p class="soft">${this.text("next_start",{time:r})}</p>`:""}
      </div>
      ${e.length?this.drawing(e):d`<p class="soft">${this.plan?this.text("no_plan"):this.text("loading")}</p>`}
    `}drawing(t){let e=Math.min(Math.max(this.chosen??0,0),t.length-1),r=this.sentence(t,e);return d`
      <div
        class="chart"
        role="slider"
        tabindex="0"
        aria-label=${this.text("plan_chart")}
        aria-valuemin="0"
        aria-valuemax=${t.length-1}
        aria-valuenow=${e}
        aria-valuetext=${r}
        @keydown=${n=>this.step(n,e,t.length)}
        @pointermove=${n=>this.point(n,t)}
        @pointerdown=${n=>this.point(n,t)}
      >
        ${this.width?U(this.hass,t,this.width,e):""}
      </div>
      <p class="slot">${r}</p>
      ${this.legend([[this.text("legend_surplus"),"var(--success-color, #43a047)"],[this.text("legend_grid"),"var(--primary-color)"],[this.text("legend_price"),"color-mix(in srgb, var(--secondary-text-color) 35%, transparent)"],[this.text("legend_sun"),"var(--warning-color, #ffa600)"],[this.text("legend_tank"),"var(--error-color, #db4437)"]])}
    `}sentence(t,e){let r=t[e],n=`${M(this.hass,new Date(r.start))}\u2013${M(this.hass,new Date(r.end),!1)}`,o=`${u(this.hass,r.price,3)} ${this.hass.config.currency}/kWh`,c=r.tanks.map(g=>`${g.name} ${u(this.hass,g.temperature,0)} \xB0C`).join(", "),h=r.surplus>0?`, ${this.text("surplus",{watts:u(this.hass,r.surplus,0)})}`:"",l=f(r)>0?` ${this.text("heats",{watts:u(this.hass,f(r),0)})}`:"";return`${n}: ${o}${h}. ${c}.${l} ${this.text(`why_${k(t,r)}`)}`}step(t,e,r){let o={ArrowRight:e+1,ArrowUp:e+1,ArrowLeft:e-1,ArrowDown:e-1,PageUp:e+4,PageDown:e-4,Home:0,End:r-1}[t.key];o!==void 0&&(t.preventDefault(),this.chosen=Math.min(Math.max(o,0),r-1))}point(t,e){let r=t.currentTarget.getBoundingClientRect(),[n,o]=[e[0].start,e.at(-1).end],c=n+(t.clientX-r.left)/r.width*(o-n),h=e.findIndex(l=>c>=l.start&&c<l.end);h>=0&&(this.chosen=h)}};customElements.define("jannenkoti-plan-view",O);
