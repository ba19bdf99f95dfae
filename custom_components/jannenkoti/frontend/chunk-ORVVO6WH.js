import{a as l,b as o,d as c,e as p}from"./chunk-XFZIPFTZ.js";import{f as h,h as u,i as g,j as r}from"./chunk-V4ISI72B.js";var b=class extends p{constructor(){super(...arguments);this.waiting=new Set;this.turn=Promise.resolve();this.key=""}static{this.properties={hass:{attribute:!1},config:{attribute:!1},problem:{state:!0},busy:{state:!0}}}static{this.styles=l`
    :host {
      /* Nearer to the color of text, so that they can be read on a tint of themselves. */
      --strong: color-mix(in srgb, var(--primary-color) 60%, var(--primary-text-color));
      --bad: color-mix(in srgb, var(--error-color, #db4437) 65%, var(--primary-text-color));
      display: block;
      height: 100%;
      color: var(--primary-text-color);
      font-family: var(--ha-font-family-body, Roboto, sans-serif);
      font-size: 14px;
    }
    .card {
      box-sizing: border-box;
      height: 100%;
      padding: 16px;
      overflow: hidden;
      background: var(--ha-card-background, var(--card-background-color, #fff));
      border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
      border-radius: var(--ha-card-border-radius, 12px);
      box-shadow: var(--ha-card-box-shadow, none);
    }
    header {
      display: flex;
      align-items: baseline;
      justify-content: space-between;
      gap: 8px;
    }
    h2 {
      margin: 0;
      font-size: 16px;
      font-weight: 500;
      overflow-wrap: anywhere;
    }
    p {
      margin: 4px 0;
    }
    .soft {
      color: var(--secondary-text-color);
    }
    .problem {
      color: var(--bad);
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-top: 12px;
    }
    button {
      font: inherit;
      min-height: 44px;
      padding: 0 16px;
      color: var(--strong);
      background: color-mix(in srgb, var(--primary-color) 12%, transparent);
      border: 0;
      border-radius: 22px;
      cursor: pointer;
    }
    button.danger {
      color: var(--bad);
      background: color-mix(in srgb, var(--error-color, #db4437) 12%, transparent);
    }
    button[aria-disabled="true"] {
      color: var(--disabled-text-color, #9b9b9b);
      background: color-mix(in srgb, var(--disabled-text-color, #9b9b9b) 16%, transparent);
      cursor: default;
    }
    input[type="text"],
    select,
    textarea {
      box-sizing: border-box;
      width: 100%;
      min-height: 44px;
      padding: 10px;
      font: inherit;
      color: var(--primary-text-color);
      background: var(--secondary-background-color, #f5f5f5);
      border: 1px solid var(--divider-color, #bdbdbd);
      border-radius: 8px;
    }
    button.plain {
      min-height: 0;
      padding: 0;
      color: inherit;
      background: none;
      border-radius: 4px;
      text-align: start;
    }
    :focus-visible {
      outline: 2px solid var(--primary-color);
      outline-offset: 2px;
    }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  `}shouldUpdate(e){return!this.hass||!this.config?!1:u(this.hass.language)?!0:(g(this.hass.language).then(()=>this.requestUpdate(),()=>{}),!1)}render(){let e=this.key?this.fault():"";return o`<section class="card" aria-label=${this.heading()}>
      ${e?o`<p class="problem" role="alert">${e}</p>`:this.content()}
      <p class="problem" role="status" aria-live="polite" ?hidden=${!this.problem}>${this.problem}</p>
    </section>`}fault(){let e=this.config.entity;if(typeof e!="string"||!e)return r("no_entity");if(!this.hass.states[e])return r("entity_missing",{entity:e});let t=this.hass.entities[e];return t?.platform==="jannenkoti"&&t.translation_key===this.key?"":r("entity_wrong",{entity:e})}state(e){return e?this.hass.states[e]:void 0}shown(e){let t=this.state(e);return t&&!["unknown","unavailable"].includes(t.state)?this.hass.formatEntityState(t):""}heading(){if(typeof this.config.title=="string"&&this.config.title)return this.config.title;let e=this.hass.entities[this.config.entity??""];return h(this.hass.devices[e?.device_id??""])}headingRow(e=c){return o`<header>
      <h2><button class="plain" @click=${()=>this.showMore(this.config.entity)}>${this.heading()}</button></h2>
      ${e}
    </header>`}showMore(e){let t={entityId:e};e&&this.dispatchEvent(new CustomEvent("hass-more-info",{detail:t,bubbles:!0,composed:!0}))}async attempt(e,t){if(this.waiting.has(e))return;this.waiting.add(e);let i=this.turn,d=()=>{};this.turn=new Promise(s=>d=s),await i,this.busy=e,this.problem="";try{return await t()}catch(s){this.problem=f(s);return}finally{this.busy="",this.waiting.delete(e),d()}}async ask(e,t){let{response:i}=await this.hass.callWS({type:"call_service",domain:"jannenkoti",service:e,service_data:t,return_response:!0});return i}press(e){return this.hass.callService("button","press",{},{entity_id:e})}text(e,t){return r(e,t)}};function f(n){let{code:a,message:e}=n??{};return a==="unauthorized"||e==="Unauthorized"?r("unauthorized"):e||r("failed")}export{b as a,f as b};
