import type { OutputPiece } from '../../../contract/runs.ts';
import { apiPath } from '../../router/base.ts';
import { plainText } from './plain-text.ts';

/** Pieces are shown together this often, so that much output redraws the page seldom. */
const batchMs = 150;

/** What the commands and containers of a run wrote, followed until the run is over. */
export class RunOutput {
  /** By step and target, see `of`. */
  #texts = $state.raw(new Map<string, string>());
  /** True when the middle of an output was too much to be kept. */
  isTruncated = $state(false);
  readonly #raw = new Map<string, string>();
  #flush: ReturnType<typeof setTimeout> | null = null;

  /** The text of a target, by the places of its step and itself in the run; empty while there is none. */
  of(step: number, target: number): string {
    return this.#texts.get(`${step}.${target}`) ?? '';
  }

  /** Reads and follows until the returned function is called. */
  follow(runId: string): () => void {
    const source = new EventSource(`${apiPath}/runs/${encodeURIComponent(runId)}/output?follow=true`);
    source.addEventListener('output', (event: MessageEvent<string>) => this.#add(JSON.parse(event.data)));
    source.addEventListener('end', (event: MessageEvent<string>) => {
      this.isTruncated = JSON.parse(event.data).truncated;
      source.close();
    });
    return () => {
      source.close();
      if (this.#flush) clearTimeout(this.#flush);
    };
  }

  #add({ step, target, text }: OutputPiece): void {
    const key = `${step}.${target}`;
    this.#raw.set(key, (this.#raw.get(key) ?? '') + text);
    this.#flush ??= setTimeout(() => {
      this.#flush = null;
      this.#texts = new Map([...this.#raw].map(([place, raw]) => [place, plainText(raw)]));
    }, batchMs);
  }
}
