import{a,b}from"./chunk-4W55K7OS.js";import"./chunk-XFZIPFTZ.js";import"./chunk-6QFWEEFO.js";export{a as Card,b as messageOf};
