/** Whether the engine can be heard. */
class Connection {
  state = $state<'starting' | 'here' | 'gone'>('starting');
}

export const connection = new Connection();
