// Only what the map uses of Leaflet is bundled, from its source files; their types are those of the whole.
declare module "leaflet/src/map/Map.js" {
  export { Map } from "leaflet";
}
declare module "leaflet/src/map/handler/Map.DoubleClickZoom.js" {}
declare module "leaflet/src/map/handler/Map.Drag.js" {}
declare module "leaflet/src/map/handler/Map.Keyboard.js" {}
declare module "leaflet/src/map/handler/Map.ScrollWheelZoom.js" {}
declare module "leaflet/src/map/handler/Map.TouchZoom.js" {}
declare module "leaflet/src/layer/Layer.js" {}
declare module "leaflet/src/layer/tile/TileLayer.js" {
  export { TileLayer } from "leaflet";
}
declare module "leaflet/src/dom/DomUtil.js" {
  import { DomUtil } from "leaflet";
  export const setPosition: typeof DomUtil.setPosition;
  export const setTransform: typeof DomUtil.setTransform;
}
declare module "leaflet/src/geo/LatLngBounds.js" {
  export { LatLngBounds } from "leaflet";
}
