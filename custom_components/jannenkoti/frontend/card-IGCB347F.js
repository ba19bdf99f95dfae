import{a,b}from"./chunk-6P4OPX77.js";import"./chunk-4IL7PDPR.js";import"./chunk-6QFWEEFO.js";export{a as Card,b as messageOf};
