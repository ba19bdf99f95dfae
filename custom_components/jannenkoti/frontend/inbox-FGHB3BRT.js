import{a as x,h as _}from"./chunk-TEF4HKKG.js";import{a as h,b as $}from"./chunk-ORVVO6WH.js";import{a as b,b as n}from"./chunk-XFZIPFTZ.js";import{b as y,c as w,e as u,j as m}from"./chunk-V4ISI72B.js";var C=15e3,p=class{constructor(){this.form="";this.ignored="";this.fields={};this.message="";this.until=0;this.entered=r=>{let e=r.currentTarget;this.fields=Object.fromEntries([...new FormData(e)].map(([t,i])=>[t,String(i)]))}}get done(){return Date.now()<this.until?this.message:""}set done(r){r&&r!==this.message&&(this.until=Date.now()+C),this.message=r}},o=new p;function f(a){let r=Object.values(a.areas).filter(e=>!!e);return r.sort((e,t)=>e.name.localeCompare(t.name,a.locale.language)),n`<label>${m("name")} <input type="text" name="name" .value=${o.fields.name??""} maxlength="100" autocomplete="off" /></label>
    <label>
      ${m("area")}
      <select name="area">
        <option value="">${m("no_area")}</option>
        ${r.map(e=>n`<option value=${e.area_id} ?selected=${o.fields.area===e.area_id}>${e.name}</option>`)}
      </select>
    </label>`}var E=b`
  ul {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  li {
    padding: 8px 0;
    border-bottom: 1px solid var(--divider-color, #e0e0e0);
  }
  .between {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }
  strong {
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  label {
    display: block;
    margin-top: 8px;
  }
  summary {
    display: flex;
    align-items: center;
    min-height: 44px;
    margin-top: 8px;
    cursor: pointer;
    color: var(--secondary-text-color);
  }
  summary::before {
    content: "▸";
    margin-inline-end: 8px;
  }
  details[open] > summary::before {
    content: "▾";
  }
`;async function R(a,r,e){let t=await Promise.all(r.map(async s=>(await e(s)).devices.map(l=>({...l,entry:s})))),i=a.user?.is_admin?await a.callWS({type:"config_entries/flow/progress"}):[];return t.flat().map(s=>{let l=i.find(({handler:d,context:c})=>d==="jannenkoti"&&c.unique_id?.endsWith(`_${s.serial}`));return{...s,flow:l?.flow_id,name:l?.context.title_placeholders?.name||s.serial}})}var S=()=>window.BarcodeDetector,T=()=>S()!==void 0;async function D(a){let r=S();if(r)try{return(await new r({formats:["qr_code"]}).detect(await createImageBitmap(a)))[0]?.rawValue}catch{return}}var F=3e4,k="*",g=class extends h{constructor(){super(...arguments);this.counted=""}static{this.properties={...h.properties,devices:{state:!0},form:{state:!0},done:{state:!0},ignored:{state:!0}}}static{this.styles=[h.styles,E]}connectedCallback(){super.connectedCallback(),this.form??=o.form,this.done??=o.done,this.ignored??=o.ignored,this.timer=setInterval(()=>{this.load()},F)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(e){super.updated(e),o.form=this.form,o.done=this.done,o.ignored=this.ignored;let t=this.counters().map(i=>`${i}=${this.state(i)?.state}`).join();(t!==this.counted||!this.devices)&&(this.counted=t,this.load())}heading(){return typeof this.config.title=="string"&&this.config.title||this.text("inbox")}counters(){return y(this.hass,!0).filter(e=>e.translation_key==="mqtt_devices_unclaimed_devices"&&w(e.entity_id)==="sensor").map(e=>e.entity_id)}async load(){if(!this.hass||!this.isConnected)return;let e=this.counters().map(t=>u(this.hass,t)).filter(t=>!!t);try{this.devices=await R(this.hass,e,t=>this.ask("mqtt_devices_list_unclaimed",{config_entry_id:t}))}catch(t){this.devices??=[],this.problem=$(t)}}content(){if(!this.counters().length)return n`<header><h2>${this.heading()}</h2></header><p>${this.text("no_receiver")}</p>`;let e=!!this.hass.user?.is_admin,t=(this.devices??[]).filter(s=>!s.ignored_by),i=(this.devices??[]).filter(s=>s.ignored_by);return n`
      <header>
        <h2>${this.heading()}</h2>
        <span class="soft">${t.length||""}</span>
      </header>
      <p aria-live="polite">${this.done||(t.length?"":this.devices?this.text("inbox_empty"):this.text("loading"))}</p>
      ${e?"":n`<p class="soft" id="why">${this.text("only_admin_claim")}</p>`}
      <ul>
        ${t.map(s=>this.row(s,e))}
      </ul>
      ${this.form===k?this.codeForm():n`<div class="row">${this.button("enter_code",e,()=>this.open(k))}</div>`}
      ${i.length?n`<details ?open=${i.some(s=>s.serial===this.ignored)}>
            <summary>${this.text("ignored_devices",{count:i.length})}</summary>
            <ul>
              ${i.map(s=>this.ignoredRow(s,e))}
            </ul>
          </details>`:""}
    `}button(e,t,i,s=""){return n`<button
      aria-disabled=${t&&!this.busy?"false":"true"}
      aria-describedby=${t?"":"why"}
      aria-label=${s||this.text(e)}
      @click=${()=>t&&void i()}
    >
      ${this.text(e)}
    </button>`}row(e,t){let i=e.name,s=_(e.last_seen);return n`<li>
      <strong>${i}</strong>
      ${s?n`<div class="soft">${this.text("last_report",{time:x(this.hass,s)})}</div>`:""}
      ${this.form===e.serial?this.nameForm(e):n`<div class="row">
            ${this.button("claim",t,()=>this.open(e.serial),this.text("claim_device",{name:i}))}
            ${e.flow||!t?this.button("ignore",t,()=>this.ignore(e),this.text("ignore_device",{name:i})):""}
          </div>`}
    </li>`}ignoredRow(e,t){let i=e.name;return n`<li class="between">
      <strong>${i}</strong>
      ${this.button("undo",t,()=>this.undo(e),this.text("undo_device",{name:i}))}
    </li>`}nameForm(e){return n`<form @input=${o.entered} @submit=${t=>{this.submit(t,e.entry,e.serial)}}>
      ${f(this.hass)} ${this.formButtons()}
    </form>`}codeForm(){let e=u(this.hass,this.counters()[0]??"")??"";return n`<form @input=${o.entered} @submit=${t=>{this.submit(t,e)}}>
      <label>${this.text("code")} <textarea name="code" rows="3" required .value=${o.fields.code??""}></textarea></label>
      ${T()?n`<label class="soft">${this.text("scan")} <input type="file" accept="image/*" capture="environment" @change=${t=>{this.scanned(t)}} /></label>`:n`<p class="soft">${this.text("cannot_scan")}</p>`}
      ${f(this.hass)} ${this.formButtons()}
    </form>`}formButtons(){return n`<div class="row">
      <button type="submit" aria-disabled=${this.busy?"true":"false"}>${this.text("claim")}</button>
      <button type="button" @click=${()=>{this.close()}}>${this.text("cancel")}</button>
    </div>`}async open(e){this.form=e,o.fields={},this.done=this.problem="",await this.updateComplete,this.renderRoot.querySelector("form textarea, form input")?.focus()}async close(){let e=this.renderRoot.querySelector("form")?.parentElement;this.form=this.problem="",await this.updateComplete,(e?.localName==="li"?e:this.renderRoot.querySelector(".card > .row"))?.querySelector("button")?.focus()}async scanned(e){let t=e.target.files?.[0],i=t?await D(t):void 0,s=this.renderRoot.querySelector("textarea");i&&s&&(s.value=i,s.dispatchEvent(new Event("input",{bubbles:!0}))),this.problem=i?"":this.text("no_code")}async submit(e,t,i){e.preventDefault();let s=new FormData(e.target),l=q=>String(s.get(q)??"").trim(),[d,c]=[l("name"),l("area")],P={config_entry_id:t,qr_text:i??l("code"),...d?{name:d}:{},...c?{area:c}:{}},v=await this.attempt("claim",()=>this.ask("mqtt_devices_claim",P));v&&(this.form="",this.done=this.text("claimed",{name:d||v.serial}),await this.load())}async ignore(e){this.done="";let{name:t,serial:i}=e;await this.attempt("ignore",()=>this.hass.callWS({type:"config_entries/ignore_flow",flow_id:e.flow,title:t})),this.problem||([this.done,this.ignored]=[this.text("ignored",{name:t}),i]),await this.load()}async undo(e){this.done="",await this.attempt("undo",()=>this.hass.callApi("DELETE",`config/config_entries/entry/${e.ignored_by}`)),this.problem||([this.done,this.ignored]=[this.text("undone",{name:e.name}),""]),await this.load()}};customElements.define("jannenkoti-inbox-view",g);
