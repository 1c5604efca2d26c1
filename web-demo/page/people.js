/**
 * Names of people by actor id: at first a guess from the address, then what their server says. A
 * server of strangers is not asked: it would learn that their request was seen.
 */

/** @typedef {{ name: string, handle: string }} Person */

export class People extends EventTarget {
  #find;
  #mayAsk;
  /** @type {Map<string, Person>} */
  #known = new Map();

  /**
   * @param {(actor: string) => Promise<Person>} find asks the person's server
   * @param {(actor: string) => boolean} mayAsk whether it may be asked
   */
  constructor(find, mayAsk) {
    super();
    this.#find = find;
    this.#mayAsk = mayAsk;
  }

  /**
   * @param {string} actor
   * @returns {Person} "change" is fired when a better answer comes
   */
  get(actor) {
    const known = this.#known.get(actor);
    if (known) return known;
    const guess = guessPerson(actor);
    if (!this.#mayAsk(actor)) return guess;
    this.#known.set(actor, guess);
    this.#look(actor);
    return guess;
  }

  /** @param {string} actor */
  async #look(actor) {
    try {
      const { name, handle } = await this.#find(actor);
      this.#known.set(actor, { name, handle });
      this.dispatchEvent(new Event("change"));
    } catch {
      // Their server may be away for now: the address serves as a name until the next visit.
    }
  }
}

/**
 * @param {string} actor
 * @returns {Person}
 */
function guessPerson(actor) {
  if (!URL.canParse(actor)) return { name: actor, handle: actor };
  const { host, pathname } = new URL(actor);
  const name = pathname.split("/").filter(Boolean).at(-1) ?? host;
  return { name, handle: `@${name}@${host}` };
}
