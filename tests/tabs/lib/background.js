/** The background service worker of an extension: a test calls the device's functions in it. */
import * as device from "./device.js";

Object.assign(globalThis, { device });
