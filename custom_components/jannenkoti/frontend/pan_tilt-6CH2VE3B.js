import{a as n}from"./chunk-ORVVO6WH.js";import{a as c,b as o}from"./chunk-XFZIPFTZ.js";import{d}from"./chunk-V4ISI72B.js";var p={up:"\u25B2",left:"\u25C0",right:"\u25B6",down:"\u25BC"},h={ArrowUp:"up",ArrowDown:"down",ArrowLeft:"left",ArrowRight:"right"},u=150,m="none",v=5e3,l=class extends n{constructor(){super(...arguments);this.key="robocam_camera";this.moving=!1;this.follow=()=>{let t=this.config&&this.hass?this.state(this.config.entity)?.attributes.entity_picture:void 0,i=this.isConnected&&!document.hidden&&typeof t=="string"?this.hass.hassUrl(t.replace("/api/camera_proxy/","/api/camera_proxy_stream/")):"";(!i||!this.source)&&(this.source=i)}}static{this.properties={...n.properties,source:{state:!0},lost:{state:!0}}}static{this.styles=[n.styles,c`
      .card {
        padding: 0 0 12px;
      }
      header,
      .below,
      .card > p {
        margin-inline: 16px;
      }
      header {
        padding: 12px 0;
      }
      .view {
        position: relative;
        aspect-ratio: 4 / 3;
        background: #000;
        color: #fff;
        display: grid;
        place-items: center;
      }
      .view img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .pad {
        display: grid;
        grid-template-areas: ". up ." "left center right" ". down .";
        gap: 6px;
        justify-content: center;
        margin: 12px auto 0;
        touch-action: none;
      }
      .pad button {
        width: 56px;
        min-height: 48px;
        padding: 0;
        border-radius: 12px;
        user-select: none;
        -webkit-touch-callout: none;
      }
      form {
        display: flex;
        gap: 8px;
        margin-top: 12px;
      }
      form button {
        flex: none;
      }
      [aria-pressed="true"] {
        color: var(--text-primary-color, #fff);
        background: color-mix(in srgb, var(--primary-color) 72%, #000);
      }
    `]}connectedCallback(){super.connectedCallback(),document.addEventListener("visibilitychange",this.follow),this.follow()}disconnectedCallback(){super.disconnectedCallback(),document.removeEventListener("visibilitychange",this.follow),clearTimeout(this.timer),this.release(),this.renderRoot.querySelector("img")?.removeAttribute("src"),this.source=""}willUpdate(t){this.follow()}failed(){this.lost=!0,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.lost=!1,this.source="",this.follow()},v)}content(){let e=this.state(this.config.entity).state==="unavailable",i=this.state(this.find("privacy"))?.state==="on",s=i?this.text("private"):e||this.lost?this.text("camera_lost"):this.text("loading");return o`
      ${this.headingRow(o`<span class="soft">${this.shown(this.find("connection"))}</span>`)}
      <div class="view">
        <span role="status">${s}</span>
        ${this.source&&!this.lost&&!e?o`<img src=${this.source} alt=${this.text("picture_of",{name:this.heading()})} @error=${()=>this.failed()} />`:""}
      </div>
      <div class="below">${this.pad(e||i)} ${this.presets(e||i)}</div>
    `}find(t){return d(this.hass,this.config.entity,`robocam_${t}`)}pad(t){return o`<div class="pad" role="group" aria-label=${this.text("move")} @keydown=${e=>this.byKey(e)}>
        ${Object.entries(p).map(([e,i])=>o`<button
            style="grid-area: ${e}"
            aria-label=${this.text(e)}
            aria-disabled=${t?"true":"false"}
            aria-describedby=${t?"why":""}
            @pointerdown=${s=>this.hold(s,e,t)}
            @pointerup=${()=>this.release()}
            @pointercancel=${()=>this.release()}
            @lostpointercapture=${()=>this.release()}
            @contextmenu=${s=>s.preventDefault()}
            @click=${s=>s.detail===0&&!t&&void this.move(e)}
          >
            ${i}
          </button>`)}
        <button style="grid-area: center" aria-label=${this.text("center")} aria-disabled=${t?"true":"false"} @click=${()=>t||void this.center()}>●</button>
      </div>
      ${t?o`<p class="soft" id="why">${this.text("camera_off")}</p>`:""}`}presets(t){let e=this.state(this.find("preset")),s=(Array.isArray(e?.attributes.options)?e.attributes.options:[]).filter(r=>typeof r=="string"&&r!==m),a=r=>{t||!e||this.attempt(r,()=>this.hass.callService("select","select_option",{option:r},{entity_id:e.entity_id}))};return o`
      ${s.length?"":o`<p class="soft">${this.text("no_presets")}</p>`}
      <div class="row" role="group" aria-label=${this.text("presets")}>
        ${s.map(r=>o`<button aria-pressed=${e?.state===r?"true":"false"} aria-disabled=${t?"true":"false"} @click=${()=>a(r)}>
            ${r}
          </button>`)}
      </div>
      <form @submit=${r=>{this.store(r)}}>
        <input type="text" name="preset" maxlength="50" required autocomplete="off" aria-label=${this.text("preset_name")} placeholder=${this.text("preset_name")} />
        <button type="submit">${this.text("preset_store")}</button>
      </form>
    `}async store(t){t.preventDefault();let e=t.target,i=String(new FormData(e).get("preset")??"").trim();i&&(await this.attempt("store",()=>this.hass.callService("jannenkoti","robocam_store_preset",{preset:i},{entity_id:this.config.entity})),this.problem||e.reset())}byKey(t){let e=h[t.key];e&&(t.preventDefault(),this.move(e))}hold(t,e,i){i||t.button||(t.currentTarget.setPointerCapture(t.pointerId),this.held=e,this.moveWhileHeld())}release(){this.held=void 0}async moveWhileHeld(){for(;this.held&&this.isConnected&&!this.problem;)await this.move(this.held),await new Promise(t=>setTimeout(t,u));this.release()}async move(t){if(!this.moving){this.moving=!0;try{let e=this.find(t);e?await this.attempt(t,()=>this.press(e)):this.problem=this.text("button_disabled")}finally{this.moving=!1}}}async center(){let t=this.find("center");if(t)return void await this.attempt("center",()=>this.press(t));let e=i=>{let{min:s,max:a}=this.state(this.find(i))?.attributes??{};return typeof s=="number"&&typeof a=="number"?Math.round((s+a)/2):void 0};await this.attempt("center",async()=>{for(let i of["pan","tilt"]){let s=e(i),a=this.find(i);s!==void 0&&a&&await this.hass.callService("number","set_value",{value:s},{entity_id:a})}})}};customElements.define("jannenkoti-pan-tilt-view",l);
