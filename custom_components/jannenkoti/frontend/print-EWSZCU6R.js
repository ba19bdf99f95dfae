import{a as h,d as v,g as n,h as m}from"./chunk-TEF4HKKG.js";import{a as o}from"./chunk-ORVVO6WH.js";import{a as c,b as i}from"./chunk-XFZIPFTZ.js";import{d as u}from"./chunk-V4ISI72B.js";var y=1e4,l=class extends o{constructor(){super(...arguments);this.key="printer_status"}static{this.properties={...o.properties,tick:{state:!0},asked:{state:!0},video:{state:!0}}}static{this.styles=[o.styles,c`
      img,
      video {
        display: block;
        width: 100%;
        margin-top: 12px;
        aspect-ratio: 16 / 9;
        object-fit: contain;
        background: #000;
        border-radius: 8px;
      }
      .bar {
        height: 10px;
        margin: 12px 0 6px;
        overflow: hidden;
        background: color-mix(in srgb, var(--primary-color) 18%, transparent);
        border-radius: 5px;
      }
      .bar div {
        height: 100%;
        background: var(--primary-color);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 16px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.tick??=0,this.timer=setInterval(()=>{document.hidden||(this.tick+=1)},y)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}content(){let t=this.state(this.config.entity);return i`
      ${this.headingRow(i`<span aria-live="polite">${this.shown(t.entity_id)||this.text("unavailable")}</span>`)}
      ${this.picture()} ${this.progress()} ${this.errors()} ${this.buttons(t.state)} ${this.timelapse(t.state)}
    `}find(t){return u(this.hass,this.config.entity,`printer_${t}`)}picture(){if(this.video)return i`<video src=${this.video} controls autoplay muted playsinline></video>`;let t=[this.find("camera"),this.find("plate_image"),this.find("timelapse_image")].map(r=>this.state(r)).find(r=>r&&!["unavailable","unknown"].includes(r.state)&&r.attributes.entity_picture);if(!t)return i``;let e=this.hass.hassUrl(`${t.attributes.entity_picture}&at=${this.tick}`);return i`<button class="plain" style="width: 100%" aria-label=${this.text("open_picture")} @click=${()=>this.showMore(t.entity_id)}>
      <img src=${e} alt="" />
    </button>`}progress(){let t=n(this.state(this.find("progress"))?.state);if(t===void 0)return i``;let e=this.state(this.find("layer")),r=n(e?.attributes.total_layers),s=m(this.state(this.find("completion"))?.state),a=e&&n(e.state)!==void 0?this.text("layer",{layer:e.state,total:r??"?"}):"";return i`
      <div class="bar" role="progressbar" aria-label=${this.text("progress")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${t}>
        <div style="width: ${Math.min(Math.max(t,0),100)}%"></div>
      </div>
      <div class="facts">
        <span>${v(this.hass,t)}</span>
        <span>${a}</span>
        <span>${s?this.text("ready_at",{time:h(this.hass,s)}):""}</span>
      </div>
    `}errors(){let t=this.state(this.config.entity).attributes.errors,e=Array.isArray(t)?t.length:0;return e?i`<p class="problem" role="alert">${this.text("printer_errors",{count:e})}</p>`:i``}refusal(t,e){return this.state(this.find("connected"))?.state==="off"||e==="unavailable"?"printer_off":t==="stop"&&!this.hass.user?.is_admin?"only_admin_stop":t==="pause"&&e!=="running"?"not_printing":t==="resume"&&e!=="paused"?"not_paused":["running","paused","preparing"].includes(e)?"":"not_printing"}buttons(t){if(this.asked)return i`<div class="row" role="alertdialog" aria-label=${this.text("stop_question")}>
        <p style="width: 100%">${this.text("stop_question")}</p>
        <button class="danger" @click=${()=>{this.command("stop")}}>${this.text("stop_yes")}</button>
        <button id="keep" @click=${()=>this.asked=!1}>${this.text("stop_no")}</button>
      </div>`;let e=t==="paused"?["resume","stop"]:["pause","stop"],r=new Set(e.map(s=>this.refusal(s,t)).filter(s=>s!==""));return i`
      <div class="row">${e.map(s=>this.button(s,t))}</div>
      ${[...r].map(s=>i`<p class="soft" id=${s}>${this.text(s)}</p>`)}
    `}button(t,e){let r=this.refusal(t,e),s=()=>{t==="stop"?this.askFirst():this.command(t)};return i`<button
      class=${t==="stop"?"danger":""}
      aria-disabled=${r||this.busy?"true":"false"}
      aria-describedby=${r}
      @click=${()=>r||this.busy||s()}
    >
      ${this.text(t)}
    </button>`}async askFirst(){this.asked=!0,await this.updateComplete,this.renderRoot.querySelector("#keep")?.focus()}async command(t){this.asked=!1;let e=this.hass.entities[this.config.entity]?.device_id;await this.attempt(t,()=>t==="stop"?this.hass.callService("jannenkoti","printer_stop",{device_id:e}):this.hass.callService("jannenkoti","printer_control",{device_id:e,command:t}))}timelapse(t){let e=this.state(this.find("timelapse"));if(!e||e.state==="unavailable")return i``;let r=this.hass.entities[this.config.entity]?.device_id,s=["waiting","recording"].includes(e.state),a=e.attributes.media_content_id,f=n(e.attributes.frames)??0,p=d=>()=>{this.attempt(d,()=>this.hass.callService("jannenkoti",d,{device_id:r}))},b=!this.refusal("pause",t)||t==="preparing";return i`
      <p class="soft" aria-live="polite">
        ${this.text("timelapse")}: ${this.hass.formatEntityState(e)}${s?`, ${this.text("frames",{count:f})}`:""}
      </p>
      <div class="row">
        ${s?i`<button @click=${p("printer_timelapse_stop")}>${this.text("timelapse_stop")}</button>`:b?i`<button @click=${p("printer_timelapse_start")}>${this.text("timelapse_start")}</button>`:""}
        ${typeof a=="string"&&a?i`<button @click=${()=>{this.play(a)}}>${this.text(this.video?"video_close":"video_play")}</button>`:""}
      </div>
    `}async play(t){if(this.video){this.video="";return}let e=await this.attempt("video",()=>this.hass.callWS({type:"media_source/resolve_media",media_content_id:t}));this.video=e?this.hass.hassUrl(e.url):""}};customElements.define("jannenkoti-print-view",l);
