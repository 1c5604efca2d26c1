/** Sizes of files as the reader's language writes them. */

const units = ["byte", "kilobyte", "megabyte", "gigabyte"].map(
  (unit) =>
    new Intl.NumberFormat(undefined, {
      style: "unit",
      unit,
      unitDisplay: "short",
      maximumFractionDigits: 1,
    }),
);

/** @param {number} octets */
export function formatSize(octets) {
  const step = [1000, 1e6, 1e9].filter((size) => octets >= size).length;
  return /** @type {Intl.NumberFormat} */ (units[step]).format(octets / 1000 ** step);
}
