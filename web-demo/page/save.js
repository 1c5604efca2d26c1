/** Saving what the page has made as a file of the user's. */

/**
 * @param {string} name of the file, without its ending
 * @param {unknown} value
 */
export function saveJson(name, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name} ${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  // The browser has taken it by the next task.
  setTimeout(() => URL.revokeObjectURL(url));
}
