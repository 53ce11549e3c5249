import type { Reach } from '../api';

/** Whether the engine can be heard. */
class Connection {
  state = $state<'starting' | Reach>('starting');
}

export const connection = new Connection();
