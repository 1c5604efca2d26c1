/** Icons, drawn in the colour of the text; the words beside them carry the meaning. */
import { svg } from "lit";

/** @param {string} path */
const icon = (path) =>
  svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}/></svg>`;

export const lock = icon(
  "M7 10V8a5 5 0 0 1 10 0v2h1a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zm2 0h6V8a3 3 0 0 0-6 0z",
);
export const plus = icon("M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z");
export const back = icon("M14.500 5.500 16 7l-5 5 5 5-1.500 1.500L8 12z");
export const arrowUp = icon(
  "M12 4.500 19 11.500l-1.500 1.500-4.400-4.400V20h-2.200V8.600L6.500 13 5 11.500z",
);
export const arrowDown = icon(
  "M12 19.500 5 12.500 6.500 11l4.400 4.400V4h2.200v11.400l4.400-4.400 1.500 1.500z",
);
export const clock = icon(
  "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 2a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm1 2v4.600l3.200 3.200-1.400 1.400L11 12.400V7z",
);
export const tick = icon("M9.500 16.200 5.300 12l-1.400 1.400 5.600 5.600L20.100 8.400 18.700 7z");
export const warning = icon("M12 3 1.500 21h21zm-1 7h2v5h-2zm0 6.500h2v2h-2z");
export const close = icon(
  "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400-5.600-5.600L6.400 19 5 17.600l5.600-5.600L5 6.400z",
);
export const info = icon("M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm-1 8v6h2v-6zm0-4v2h2V7z");
export const people = icon(
  "M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 10c4.400 0 7 2.200 7 5v1H2v-1c0-2.800 2.600-5 7-5zm7.500-9a3.500 3.500 0 0 1 0 7 5 5 0 0 0 0-7zm1.200 9.200c2.600.500 4.300 2.200 4.300 4.800v1h-4v-1c0-1.900-.700-3.500-2-4.600z",
);
export const clip = icon(
  "M16.500 6v9.500a4.500 4.500 0 0 1-9 0V5.500a3 3 0 0 1 6 0V14a1.500 1.500 0 0 1-3 0V6.500h-1.500V14a3 3 0 0 0 6 0V5.500a4.500 4.500 0 0 0-9 0v10a6 6 0 0 0 12 0V6z",
);
export const smile = icon(
  "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 2a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM8.500 9h2v2h-2zm5 0h2v2h-2zM8 13h1.600a2.600 2.600 0 0 0 4.800 0H16a4.100 4.100 0 0 1-8 0z",
);
export const more = icon("M5 10h4v4H5zm5.500 0h4v4h-4zm5.500 0h4v4h-4z");
export const file = icon("M6 3h8l5 5v13H6zm7 1.800V9h4.200zM8 5v14h9v-8h-6V5z");
export const doubleTick = icon(
  "M7.500 16.200 3.300 12l-1.400 1.400 5.600 5.600L18.100 8.400 16.700 7zm5.600 0-1.200-1.200-1.400 1.400 2.600 2.600L23.700 8.400 22.300 7z",
);
export const settings = icon(
  "M11 2h2l.5 2.600 1.900.8 2.200-1.500 1.500 1.500-1.500 2.200.8 1.900L21 10v2l-2.600.5-.8 1.900 1.500 2.200-1.500 1.500-2.200-1.500-1.900.8L13 20h-2l-.5-2.600-1.900-.8-2.200 1.500-1.500-1.500 1.500-2.200-.8-1.900L3 12v-2l2.600-.5.8-1.900-1.500-2.200 1.500-1.500 2.200 1.500 1.900-.8zm1 6a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
);
