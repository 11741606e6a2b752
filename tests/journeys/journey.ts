import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ApiClient } from '../../lab/api-client.ts';
import { launchChromium } from '../../lab/chromium.ts';
import type { ContainerOptions, EngineOptions, LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import type { Watch } from './watch.ts';
import { expectQuiet, watch } from './watch.ts';

/** Waits for what the page should show. There to end a broken journey, not to measure. */
const patienceMs = 30_000;
const env = { TZ: 'UTC' };

/** A browser in front of the real program on a real engine. */
export class Scene {
  readonly engine: LabEngine;
  /** Speaks to the program beside the browser; signed in once `client.setUp()` was called. */
  readonly client: ApiClient;
  #program: Program;
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #watches = new Map<Page, Watch>();
  #shots = 0;

  constructor(engine: LabEngine, program: Program, browser: Browser, folder: string) {
    this.engine = engine;
    this.#program = program;
    this.client = new ApiClient(program.url);
    this.#browser = browser;
    this.#folder = folder;
  }

  /** A page of a browser of its own, 1440 pixels wide, in light and without motion, not signed in. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.client.url,
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
      ...options,
    });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    this.#watches.set(page, await watch(page, options.baseURL ?? this.client.url));
    return page;
  }

  /** The same with the session of `client`. */
  async signedInPage(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await this.signIn(page);
    return page;
  }

  /** Gives the page the session of `client`. */
  async signIn(page: Page): Promise<void> {
    const [name = '', value = ''] = this.client.cookie.split('=');
    await page.context().addCookies([{ name, value, url: this.client.url, httpOnly: true, sameSite: 'Lax' }]);
  }

  /** As if 15 minutes had passed: what reaches far asks once more who it is. */
  letConfirmationsLapse(): void {
    const file = new DatabaseSync(join(this.#program.dataDirectory, 'chrontainer.db'), { timeout: 5000 });
    file.exec('UPDATE sessions SET confirmed_at = 0');
    file.close();
  }

  killProgram(): Promise<void> {
    return this.#program.kill9();
  }

  /** Starts the program again after `killProgram`, with the same data at the same address. */
  async restartProgram(): Promise<void> {
    const { dataDirectory, port } = this.#program;
    this.#program = await startProgram({ dockerHost: this.engine.url, dataDirectory, port, env });
  }

  watchOf(page: Page): Watch {
    const seen = this.#watches.get(page);
    if (!seen) throw new Error('This page was not opened by the scene.');
    return seen;
  }

  /** Keeps what the page shows as `test-artifacts/<journey>/<number>-<name>.png`. */
  async shot(page: Page, name: string): Promise<void> {
    this.#shots += 1;
    const number = String(this.#shots).padStart(2, '0');
    await page.screenshot({ path: join(this.#folder, `${number}-${name}.png`), animations: 'disabled' });
  }

  /** Every page kept quiet: see `Watch`. */
  expectQuiet(): void {
    for (const seen of this.#watches.values()) expectQuiet(seen);
  }

  /** Leaves behind what helps to understand a failure. */
  async keepEvidence(): Promise<void> {
    writeFileSync(join(this.#folder, 'program.log'), this.#program.output());
    for (const [page, seen] of this.#watches) {
      if (page.isClosed()) continue;
      await this.shot(page, 'failed');
      const tree = await page.locator('body').ariaSnapshot();
      writeFileSync(join(this.#folder, 'failed.txt'), `${page.url()}\n\n${tree}\n\n${JSON.stringify(seen, null, 2)}\n`);
    }
  }
}

interface Stage {
  /** Where under test-artifacts the screenshots go. */
  folder: string;
  /** The containers of the engine. */
  containers: Record<string, ContainerOptions>;
  /** Default: an engine without any network. */
  engine?: EngineOptions;
  /** What of the program's configuration is not as usual. */
  env?: Record<string, string>;
  /** For one that goes through far more than others; default: what the runner gives each test. */
  timeoutMs?: number;
}

/**
 * Declares a test that plays in a scene of its own. When it fails, what every page showed and what the program wrote is
 * kept beside the screenshots.
 */
export const journey = (name: string, stage: Stage, play: (scene: Scene, t: TestContext) => Promise<void>): void => {
  test(name, stage.timeoutMs === undefined ? {} : { timeout: stage.timeoutMs }, async (t) => {
    const scene = await setScene(t, stage);
    try {
      await play(scene, t);
    } catch (error) {
      const [kept] = await Promise.allSettled([scene.keepEvidence()]);
      if (kept.status === 'rejected') t.diagnostic(`The evidence could not be kept: ${kept.reason}`);
      throw error;
    }
  });
};

const setScene = async (t: TestContext, { folder, containers, engine: options, env: more }: Stage): Promise<Scene> => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'chr-data-'));
  let scene: Scene | undefined;
  t.after(async () => {
    await scene?.killProgram();
    rmSync(dataDirectory, { recursive: true });
  });
  const [engine, browser] = await Promise.all([privateEngine(options), launchChromium()]);
  t.after(() => Promise.all([engine.close(), browser.close()]));
  for (const [name, options] of Object.entries(containers)) await engine.run(name, options);
  const program = await startProgram({ dockerHost: engine.url, dataDirectory, env: { ...env, ...more } });
  const path = join(import.meta.dirname, '../../test-artifacts', folder);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  scene = new Scene(engine, program, browser, path);
  return scene;
};
