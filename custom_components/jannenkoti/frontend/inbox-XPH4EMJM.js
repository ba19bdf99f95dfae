import{a as g,h as b}from"./chunk-TEF4HKKG.js";import{a,b as v}from"./chunk-5G66JGVV.js";import{a as u,b as n}from"./chunk-XFZIPFTZ.js";import{b as p,c as f,e as c}from"./chunk-ZUR5FSCX.js";var w=()=>window.BarcodeDetector,y=()=>w()!==void 0;async function $(m){let o=w();if(o)try{return(await new o({formats:["qr_code"]}).detect(await createImageBitmap(m)))[0]?.rawValue}catch{return}}var x=3e4,d=class extends a{constructor(){super(...arguments);this.counted=""}static{this.properties={...a.properties,devices:{state:!0},form:{state:!0},done:{state:!0}}}static{this.styles=[a.styles,u`
      ul {
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 8px 0;
        border-bottom: 1px solid var(--divider-color, #e0e0e0);
      }
      strong {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      label {
        display: block;
        margin-top: 8px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>{this.load()},x)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}updated(t){super.updated(t);let e=this.counters().map(i=>`${i}=${this.state(i)?.state}`).join();(e!==this.counted||!this.devices)&&(this.counted=e,this.load())}heading(){return typeof this.config.title=="string"&&this.config.title||this.text("inbox")}counters(){return p(this.hass,!0).filter(t=>t.translation_key==="mqtt_devices_unclaimed_devices"&&f(t.entity_id)==="sensor").map(t=>t.entity_id)}async load(){if(!this.hass)return;let t=this.counters().map(e=>c(this.hass,e)).filter(e=>!!e);try{let e=await Promise.all(t.map(async s=>(await this.ask("mqtt_devices_list_unclaimed",{config_entry_id:s})).devices.map(l=>({...l,entry:s})))),i=this.hass.user?.is_admin?await this.hass.callWS({type:"config_entries/flow/progress"}):[];this.devices=e.flat().map(s=>({...s,flow:i.find(r=>r.handler==="jannenkoti"&&r.context.unique_id?.endsWith(`_${s.serial}`))}))}catch(e){this.devices??=[],this.problem=v(e)}}content(){let t=this.devices??[],e=!!this.hass.user?.is_admin;return this.counters().length?n`
      <header>
        <h2>${this.heading()}</h2>
        <span class="soft">${t.length||""}</span>
      </header>
      <p aria-live="polite">${this.done||(t.length?"":this.devices?this.text("inbox_empty"):this.text("loading"))}</p>
      ${e?"":n`<p class="soft" id="why">${this.text("only_admin_claim")}</p>`}
      <ul>
        ${t.map(i=>this.row(i,e))}
      </ul>
      ${this.form==="*"?this.codeForm():n`<div class="row">
            <button aria-disabled=${e?"false":"true"} aria-describedby=${e?"":"why"} @click=${()=>e&&void this.open("*")}>
              ${this.text("enter_code")}
            </button>
          </div>`}
    `:n`<header><h2>${this.heading()}</h2></header><p>${this.text("no_receiver")}</p>`}row(t,e){let i=t.flow?.context.title_placeholders?.name||t.serial,s=b(t.last_seen),r=e?"false":"true";return n`<li>
      <strong>${i}</strong>
      ${s?n`<div class="soft">${this.text("last_report",{time:g(this.hass,s)})}</div>`:""}
      ${this.form===t.serial?this.nameForm(t):n`<div class="row">
            <button aria-disabled=${r} aria-describedby=${e?"":"why"} aria-label=${this.text("claim_device",{name:i})} @click=${()=>e&&void this.open(t.serial)}>
              ${this.text("claim")}
            </button>
            ${t.flow?n`<button aria-label=${this.text("ignore_device",{name:i})} @click=${()=>{this.ignore(t,i)}}>${this.text("ignore")}</button>`:""}
          </div>`}
    </li>`}nameForm(t){return n`<form @submit=${e=>{this.submit(e,t.entry,t.serial)}}>
      <label>${this.text("name")} <input type="text" name="name" maxlength="100" autocomplete="off" /></label>
      ${this.formButtons()}
    </form>`}codeForm(){let t=c(this.hass,this.counters()[0]??"")??"";return n`<form @submit=${e=>{this.submit(e,t)}}>
      <label>${this.text("code")} <textarea name="code" rows="3" required></textarea></label>
      ${y()?n`<label class="soft">${this.text("scan")} <input type="file" accept="image/*" capture="environment" @change=${e=>{this.scanned(e)}} /></label>`:""}
      <label>${this.text("name")} <input type="text" name="name" maxlength="100" autocomplete="off" /></label>
      ${this.formButtons()}
    </form>`}formButtons(){return n`<div class="row">
      <button type="submit" aria-disabled=${this.busy?"true":"false"}>${this.text("claim")}</button>
      <button type="button" @click=${()=>this.form=""}>${this.text("cancel")}</button>
    </div>`}async open(t){this.form=t,this.done=this.problem="",await this.updateComplete,this.renderRoot.querySelector("form textarea, form input")?.focus()}async scanned(t){let e=t.target.files?.[0],i=e?await $(e):void 0,s=this.renderRoot.querySelector("textarea");i&&s&&(s.value=i),this.problem=i?"":this.text("no_code")}async submit(t,e,i){t.preventDefault();let s=new FormData(t.target),r=String(s.get("name")??"").trim(),l=i??String(s.get("code")??"").trim(),h=await this.attempt("claim",()=>this.ask("mqtt_devices_claim",{config_entry_id:e,qr_text:l,...r?{name:r}:{}}));h&&(this.form="",this.done=this.text("claimed",{name:r||h.serial}),await this.load())}async ignore(t,e){this.done="",await this.attempt("ignore",()=>this.hass.callWS({type:"config_entries/ignore_flow",flow_id:t.flow.flow_id,title:e})),this.problem||(this.done=this.text("ignored",{name:e})),await this.load()}};customElements.define("jannenkoti-inbox-view",d);
