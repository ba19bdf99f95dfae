import{a as b,b as c}from"./chunk-ORVVO6WH.js";import"./chunk-XFZIPFTZ.js";import{i as a}from"./chunk-V4ISI72B.js";export{b as Card,a as loadTexts,c as messageOf};
