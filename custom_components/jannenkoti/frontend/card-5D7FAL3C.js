import{a,b}from"./chunk-CCUTBPJU.js";import"./chunk-4IL7PDPR.js";import"./chunk-WJO2DTAY.js";export{a as Card,b as messageOf};
