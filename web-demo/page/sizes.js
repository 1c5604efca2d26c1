/** Sizes of files as the reader's language writes them. */

const units = ["byte", "kilobyte", "megabyte"].map(
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
  const step = octets < 1000 ? 0 : octets < 1_000_000 ? 1 : 2;
  return /** @type {Intl.NumberFormat} */ (units[step]).format(octets / 1000 ** step);
}
