export default class P { hooks = {}; }
