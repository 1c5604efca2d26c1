import { css } from "lit";

export const messageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    margin-block-start: 0.75rem;
  }
  :host([follows]) {
    margin-block-start: 0.1875rem;
  }
  .row {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem;
  }
  :host([own]) .row {
    flex-direction: row-reverse;
  }
  .bubble {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    border-end-start-radius: 0.25rem;
    max-width: min(85%, 34rem);
    padding: 0.4375rem 0.75rem 0.375rem;
  }
  :host([own]) .bubble {
    background: var(--own);
    border-color: transparent;
    border-end-end-radius: 0.25rem;
    border-end-start-radius: var(--radius);
    color: var(--own-ink);
  }
  :host([own]) .bubble[data-state="failed"],
  :host([own]) .bubble[data-state="held"] {
    border: 1px dashed var(--alarm);
  }
  .author {
    color: var(--accent);
    font-size: 0.8125rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .title {
    font-size: 1.0625rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .quote {
    border-inline-start: 3px solid var(--accent);
    display: block;
    font-size: 0.875rem;
    margin-block: 0.125rem 0.375rem;
    overflow: hidden;
    padding-inline-start: 0.5rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .gone {
    font-style: italic;
  }
  summary {
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  .meta {
    align-items: center;
    color: var(--ink-soft);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.75rem;
    gap: 0.25rem;
    justify-content: end;
    margin-block-start: 0.125rem;
  }
  :host([own]) .meta {
    color: inherit;
  }
  .meta button.link {
    color: inherit;
    font-size: inherit;
    min-height: 1.5rem;
  }
  wx-attachment + wx-attachment,
  wx-note-body + wx-attachment {
    margin-block-start: 0.375rem;
  }
  .failure {
    align-items: center;
    align-self: end;
    color: var(--alarm);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.875rem;
    gap: 0.25rem;
    justify-content: end;
  }
`;
