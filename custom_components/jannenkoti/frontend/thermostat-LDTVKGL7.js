import{a as I,b as F,c as C,d as K,e as O}from"./chunk-ENRGXLZK.js";import{a as q,b as y,c as E,f as Z,g as b,h as J}from"./chunk-TEF4HKKG.js";import{b as L}from"./chunk-ORVVO6WH.js";import{a as G,b as _,c as g}from"./chunk-XFZIPFTZ.js";import{d as $}from"./chunk-V4ISI72B.js";async function Q(c,i,t){if(!c.config.components.includes("history"))return{};let e=await c.callWS({type:"history/history_during_period",start_time:t.toISOString(),entity_ids:i,minimal_response:!1,no_attributes:!1,significant_changes_only:!1});return Object.fromEntries(Object.entries(e).map(([n,s])=>[n,s.map(o=>({at:1e3*o.lu,state:o.s,attributes:o.a??{}}))]))}function X(c,i){let t=[],e;for(let{at:n,state:s}of c)s==="on"?e??=n:e!==void 0&&(t.push({start:e,end:n}),e=void 0);return e!==void 0&&t.push({start:e,end:i}),t}async function Y(c,i,t,e){let n=`start=${encodeURIComponent(t.toISOString())}&end=${encodeURIComponent(e.toISOString())}`,s=await c.callApi("GET",`calendars/${i}?${n}`),o=r=>new Date(r.dateTime??r.date??NaN).getTime();return s.map(r=>({start:o(r.start),end:o(r.end)})).filter(r=>r.end>r.start)}var w=170,U=40,H=8;function tt(c,i,t,e,n,s){let{start:o,end:r,now:m,room:u}=i,a=F([o,r],[0,t]),p=n===void 0?i.target:[...i.target,[m,n]],[R,v]=i.band??[0,0],f=[...u.map(([,d])=>d),...p.flatMap(([,d])=>[d-R,d+v])],[l,T]=f.length?[Math.min(...f)-.5,Math.max(...f)+.5]:[18,26],k=F([l,T],[w-U,4]),h=w-U+8,N=p.at(-1),x=N?[...p,[r,N[1]]]:[],V=u.at(-1),B=V?[...u,[m,V[1]]]:[],S=(d,P=0)=>d.map(([D,M])=>[a(D),k(M+P)]),W=(d,P,D,M)=>{let[j,z]=[Math.max(a(d.start),0),Math.min(a(d.end),t)];return z>j?g`<rect x=${j} y=${P} width=${z-j} height=${D} fill=${M} rx="2" />`:""},et=`${C(S(x,v),!0)}${rt(S(x,-R))}Z`;return _`<svg width=${t} height=${w} role="img" aria-label=${s}>
    ${i.sleep.map(d=>W(d,0,h,"color-mix(in srgb, var(--secondary-text-color) 16%, transparent)"))}
    ${i.band&&x.length?g`<path d=${et} fill="color-mix(in srgb, var(--success-color, #43a047) 28%, transparent)" />`:""}
    ${x.length?g`<path d=${C(S(x),!0)} fill="none" stroke="var(--success-color, #43a047)" stroke-dasharray="4 3" />`:""}
    ${B.length?g`<path d=${C(S(B))} fill="none" stroke="var(--primary-color)" stroke-width="2" stroke-linejoin="round" />`:""}
    <rect x="0" y=${h} width=${a(m)} height=${H} rx="2" fill="color-mix(in srgb, var(--secondary-text-color) 14%, transparent)" />
    ${i.compressor.map(d=>W(d,h,H,"var(--purple-color, #926bc7)"))}
    <line x1=${a(m)} x2=${a(m)} y1="0" y2=${h+H} stroke="var(--primary-text-color)" opacity="0.5" />
    ${e&&e.getTime()>m&&e.getTime()<r?g`<line x1=${a(e.getTime())} x2=${a(e.getTime())} y1="0" y2=${h+H} stroke="var(--warning-color, #ffa600)" stroke-width="2" stroke-dasharray="3 3" />`:""}
    <text class="tick" x="0" y="12">${y(c,T,0)}°</text>
    <text class="tick" x="0" y=${w-U}>${y(c,l,0)}°</text>
    ${K(c,o,r,a,w-6,t)}
  </svg>`}function rt(c){let[i,...t]=[...c].reverse();return i?`L${i[0].toFixed(1)} ${i[1].toFixed(1)}${t.map(([e,n])=>`V${n.toFixed(1)}H${e.toFixed(1)}`).join("")}`:""}var nt=6e4,st=6,at=.05,ot=.4,A=class extends O{constructor(){super(...arguments);this.key="air_conditioner_climate";this.drawn=""}static{this.properties={...O.properties,timeline:{state:!0}}}static{this.styles=[O.styles,G`
      .now {
        font-size: 28px;
        white-space: nowrap;
      }
      .reason {
        font-size: 16px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.load()},nt)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(t){super.updated(t);let e=`${this.config.entity} ${this.config.hours_to_show}`;e!==this.drawn&&this.state(this.config.entity)&&(this.drawn=e,this.load())}async load(){let t=this.config?.entity;if(!t||!this.state(t))return;let e=Date.now(),n=Math.min(48,Math.max(at,b(this.config.hours_to_show)??st)),s=e-n*I,o=e+n*ot*I,r=$(this.hass,t,"air_conditioner_room_temperature"),m=$(this.hass,t,"air_conditioner_compressor"),u=[t,r,m].filter(a=>!!a&&!!this.state(a));try{let[a,p,R]=await Promise.all([Q(this.hass,u,new Date(s)),this.sleep(t,s,o),this.band(t)]),v=a[t]??[],f=(l,T)=>l.flatMap(k=>{let h=b(T(k));return h===void 0?[]:[[Math.max(k.at,s),h]]});this.timeline={start:s,end:o,now:e,room:r&&a[r]?f(a[r],l=>l.state):f(v,l=>l.attributes.current_temperature),target:f(v,l=>l.attributes.target_in_force),band:R,compressor:m?X(a[m]??[],e):[],sleep:p}}catch(a){this.problem=L(a)}}async sleep(t,e,n){let s=$(this.hass,t,"air_conditioner_sleep_calendar");return!s||(this.state(s)?.state??"unavailable")==="unavailable"?[]:Y(this.hass,s,new Date(e),new Date(n)).catch(()=>[])}async band(t){try{let n=(await this.hass.callWS({type:"call_service",domain:"jannenkoti",service:"ac_control_status",service_data:{},target:{entity_id:t},return_response:!0})).response[t]?.thermo_config,[s,o]=[b(n?.neg_hysteresis),b(n?.pos_hysteresis)],r=this.hass.config.unit_system.temperature==="\xB0F"?1.8:1;return s===void 0||o===void 0?void 0:[s*r,o*r]}catch{return}}content(){let t=this.config.entity,e=this.state(t),n=this.hass.config.unit_system.temperature??"\xB0C",s=b(e.attributes.current_temperature),o=b(e.attributes.target_in_force),r=J(e.attributes.next_change),m=this.reason(),u=s===void 0?this.text("no_value"):E(y(this.hass,s,1),n),a=o===void 0?"":this.text("target",{value:E(y(this.hass,o,1),n)}),p=r?(r.getTime()-Date.now())/6e4:-1;return _`
      ${this.headingRow(_`<span class="now">${u}</span>`)}
      <div aria-live="polite">
        <p class="reason">${m}</p>
        <p class="soft">
          ${a}${r&&p>0?` \xB7 ${this.text("next_change",{time:q(this.hass,r),wait:Z(p)})}`:""}
        </p>
      </div>
      <div class="chart">
        ${this.timeline&&this.width?tt(this.hass,this.timeline,this.width,r,o,this.text("thermostat_chart",{room:u,target:a,reason:m})):""}
      </div>
      ${this.legend([[this.text("room"),"var(--primary-color)"],[this.text("band"),"color-mix(in srgb, var(--success-color, #43a047) 35%, transparent)"],[this.text("compressor"),"var(--purple-color, #926bc7)"],[this.text("sleep"),"color-mix(in srgb, var(--secondary-text-color) 22%, transparent)"]])}
    `}reason(){let t=this.state(this.config.entity);if(t.state==="unavailable")return this.text("unavailable");let e=$(this.hass,t.entity_id,"air_conditioner_reason","sensor"),n=t.attributes.reason;return this.shown(e)||(n?this.hass.formatEntityAttributeValue(t,"reason"):"")}};customElements.define("jannenkoti-thermostat-view",A);
