import type { HostFault, Image, ImageRemoval, Network, PrunePreview, Volume } from '../../../contract/images.ts';
import type { Api } from '../../api/client.ts';
import { queryString } from '../../router/match.ts';
import type { StockRow } from './rows.ts';
import { imageRow, networkRow, volumeRow } from './rows.ts';

export type What = 'images' | 'volumes' | 'networks';

interface Listed<T> {
  items: T[];
  faults: HostFault[];
}

/** What hosts keep beside containers, as it was when the page was opened or changed it. */
export class Stock {
  rows = $state.raw<StockRow[]>([]);
  faults = $state.raw<HostFault[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #api: Api;
  #asked = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** What was asked before, and answers later, is not shown. */
  async load(what: What, host: string, isMeasured = false): Promise<void> {
    const asked = ++this.#asked;
    this.state = 'loading';
    try {
      const { rows, faults } = await this.#read(what, { host, measure: isMeasured ? 'true' : null });
      if (asked !== this.#asked) return;
      Object.assign(this, { rows, faults, state: 'ready' });
    } catch (error) {
      if (asked === this.#asked) Object.assign(this, { error, state: 'failed' });
    }
  }

  forget(): void {
    this.rows = [];
    this.faults = [];
  }

  foreseeRemoval(host: number, image: string): Promise<ImageRemoval> {
    return this.#api.get('/images/removal', { host, image });
  }

  foreseePrune(what: What, host: number): Promise<PrunePreview> {
    return this.#api.get(`/${what}/prune`, { host });
  }

  /** These answer with the run that does it. */
  async remove(host: number, image: string): Promise<string> {
    return (await this.#api.delete<{ runId: string }>(`/images${queryString({ host, image })}`)).runId;
  }

  async prune(what: What, hostId: number): Promise<string> {
    return (await this.#api.post<{ runId: string }>(`/${what}/prune`, { hostId })).runId;
  }

  async pull(hostId: number, image: string): Promise<string> {
    return (await this.#api.post<{ runId: string }>('/images/pull', { hostId, image })).runId;
  }

  async name(hostId: number, image: string, name: string): Promise<string> {
    return (await this.#api.post<{ runId: string }>('/images/tag', { hostId, image, name })).runId;
  }

  async #read(what: What, query: Record<string, string | null>): Promise<{ rows: StockRow[]; faults: HostFault[] }> {
    const read = async <T>(row: (item: T) => StockRow) => {
      const { items, faults } = await this.#api.get<Listed<T>>(`/${what}`, query);
      return { rows: items.map(row), faults };
    };
    if (what === 'images') return read<Image>(imageRow);
    return what === 'volumes' ? read<Volume>(volumeRow) : read<Network>(networkRow);
  }
}
