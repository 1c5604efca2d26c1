/** Files that the user chose, described for sending. */

/**
 * @param {File} file
 * @param {string} alt
 */
export async function describeFile(file, alt) {
  return { data: file, name: file.name, mediaType: file.type, alt, ...(await sizeOf(file)) };
}

/**
 * Width and height of a picture.
 * @param {File} file
 */
async function sizeOf(file) {
  if (!file.type.startsWith("image/")) return {};
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    picture.close();
    return { width, height };
  } catch {
    // No picture that this browser knows: it is sent all the same.
    return {};
  }
}
