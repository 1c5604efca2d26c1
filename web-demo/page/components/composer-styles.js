import { css } from "lit";

export const composerStyles = css`
  :host {
    background: var(--paper);
    border-block-start: 1px solid var(--line);
    padding: 0.625rem 1rem 0.5rem;
  }
  form,
  .about,
  .files,
  .hint {
    margin-inline: auto;
    max-width: 52rem;
  }
  .line {
    align-items: end;
    display: flex;
    gap: 0.625rem;
  }
  textarea {
    border-radius: 1.25rem;
    field-sizing: content;
    max-height: min(10rem, 30dvh);
    min-height: 2.5rem;
    resize: none;
  }
  textarea:focus-visible {
    outline-offset: -1px;
    outline-width: 2px;
  }
  .round {
    flex: none;
  }
  .about {
    align-items: center;
    display: flex;
    font-size: 0.875rem;
    gap: 0.5rem;
    justify-content: space-between;
    margin-block-end: 0.375rem;
  }
  .about p {
    border-inline-start: 3px solid var(--accent);
    min-width: 0;
    overflow: hidden;
    padding-inline-start: 0.5rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .files {
    margin-block-end: 0.5rem;
    max-height: 30dvh;
    overflow-y: auto;
  }
  .files li {
    align-items: end;
    display: flex;
    gap: 0.5rem;
    margin-block-end: 0.375rem;
  }
  .files label {
    flex: 1;
    font-size: 0.8125rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .files input {
    font-weight: 400;
  }
  progress {
    accent-color: var(--accent);
    width: 100%;
  }
  .hint {
    align-items: center;
    color: var(--seal);
    display: flex;
    font-size: 0.75rem;
    gap: 0.25rem;
    margin-block: 0.25rem 0;
    padding-inline-start: 0.75rem;
  }
`;
