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
