import{b as h,c as g}from"./chunk-XBDVCWP7.js";import{a as l,b as n,e as d}from"./chunk-XFZIPFTZ.js";import{h as p,i as c,j as r}from"./chunk-V4ISI72B.js";var a=class extends d{static{this.properties={hass:{attribute:!1},config:{state:!0},moved:{state:!0}}}static{this.styles=l`
    :host {
      color: var(--primary-text-color);
    }
    ol {
      margin: 12px 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      gap: 8px;
      min-height: 48px;
      border-bottom: 1px solid var(--divider-color, #e0e0e0);
    }
    label {
      flex: 1;
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: 48px;
      cursor: pointer;
    }
    input {
      width: 20px;
      height: 20px;
      accent-color: var(--primary-color);
    }
    button {
      width: 44px;
      height: 44px;
      font-size: 18px;
      color: var(--primary-text-color);
      background: none;
      border: 0;
      border-radius: 50%;
      cursor: pointer;
    }
    button[disabled] {
      opacity: 0.3;
      cursor: default;
    }
    :focus-visible {
      outline: 2px solid var(--primary-color);
    }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `}setConfig(e){this.config=e}shouldUpdate(e){return!this.hass||!this.config?!1:p(this.hass.language)?!0:(c(this.hass.language).then(()=>this.requestUpdate(),()=>{}),!1)}render(){let e=h(this.config),t=g(this.config);return n`
      <p>${r("editor_help")}</p>
      <ol>
        ${e.map((i,o)=>this.row(i,o,e,t))}
      </ol>
      <p class="hidden" aria-live="polite">${this.moved}</p>
    `}row(e,t,i,o){let s=r(e.name);return n`<li>
      <label>
        <input type="checkbox" .checked=${!o.has(e.id)} @change=${()=>this.toggle(e.id,o)} />
        ${s}
      </label>
      <button ?disabled=${t===0} aria-label=${r("move_up",{name:s})} @click=${()=>this.move(i,t,-1)}>▲</button>
      <button ?disabled=${t===i.length-1} aria-label=${r("move_down",{name:s})} @click=${()=>this.move(i,t,1)}>▼</button>
    </li>`}toggle(e,t){let i=new Set(t);i.delete(e)||i.add(e),this.change({hidden:[...i]})}move(e,t,i){let o=e.map(u=>u.id),[s]=o.splice(t,1);o.splice(t+i,0,s),this.moved=r("moved",{name:r(e[t].name),place:t+i+1}),this.change({modules:o})}change(e){let t={...this.config,...e};this.config=t,this.dispatchEvent(new CustomEvent("config-changed",{detail:{config:t},bubbles:!0,composed:!0}))}};customElements.define("jannenkoti-strategy-editor",a);
