// Regenerates the zones of presets/territories/*.yaml from @etalab/decoupage-administratif (names, codes, postcodes and
// populations of communes: facts published by INSEE and La Poste under Licence Ouverte).
//
//   npm ci && npm run generate
//
// Everything above the line "zones:" of a preset is left as it is. Centres of nc, pf, wf and of the arrondissements
// of Paris are written by hand in islands.mjs and metropolitan.mjs; those that a preset holds already are kept. The
// communes of idf have none.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { islands } from './islands.mjs'
import { aliases, parisCentres } from './metropolitan.mjs'

const require = createRequire(import.meta.url)
const communes = require('@etalab/decoupage-administratif/data/communes.json')
const departements = require('@etalab/decoupage-administratif/data/departements.json')
const epci = require('@etalab/decoupage-administratif/data/epci.json')

const presets = new URL('../../presets/territories/', import.meta.url)
const current = communes.filter(c => c.type === 'commune-actuelle')

export function slug (name) {
  return name.toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae').normalize('NFD').replace(/\p{Mn}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
}

// centresHeld reads the centres that a preset holds already, by zone code.
function centresHeld (text) {
  const held = new Map()
  for (const m of text.matchAll(/^ {2}- \{code: "?([^",]+)"?,.*centre: \{lat: ([-\d.]+), lon: ([-\d.]+)\}/gm)) {
    held.set(m[1], { lat: Number(m[2]), lon: Number(m[3]) })
  }
  return held
}

function scalar (value) {
  if (typeof value === 'number') return String(value)
  return /^[\p{L}][\p{L}\p{N}’ -]*$/u.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : JSON.stringify(value)
}

function line (zone) {
  const parts = [`code: ${scalar(zone.code)}`, `slug: ${scalar(zone.slug)}`, `name: ${scalar(zone.name)}`]
  if (zone.names) parts.push(`names: {${Object.entries(zone.names).map(([k, v]) => `${k}: ${scalar(v)}`).join(', ')}}`)
  if (zone.aliases?.length) parts.push(`aliases: [${zone.aliases.map(scalar).join(', ')}]`)
  parts.push(`level: ${zone.level}`)
  if (zone.parent) parts.push(`parent: ${scalar(zone.parent)}`)
  if (zone.postcodes?.length) parts.push(`postcodes: [${zone.postcodes.map(p => JSON.stringify(p)).join(', ')}]`)
  if (zone.centre) parts.push(`centre: {lat: ${zone.centre.lat}, lon: ${zone.centre.lon}}`)
  if (zone.population) parts.push(`population: ${zone.population}`)
  return `  - {${parts.join(', ')}}`
}

function write (code, zones) {
  const file = new URL(`${code}.yaml`, presets)
  const text = readFileSync(file, 'utf8')
  const head = text.slice(0, text.indexOf('\nzones:') + 1)
  const held = centresHeld(text)
  const slugs = new Map()
  for (const zone of zones) {
    zone.centre ??= held.get(zone.code)
    if (slugs.has(zone.slug)) throw new Error(`${code}: ${zone.slug} stands for ${zone.code} and ${slugs.get(zone.slug)}`)
    slugs.set(zone.slug, zone.code)
  }
  writeFileSync(file, head + 'zones:\n' + zones.map(line).join('\n') + '\n')
  console.log(`${code}: ${zones.length} zones`)
}

function zoneOf (commune, level, parent, extra = {}) {
  return {
    code: commune.code,
    slug: slug(commune.nom),
    name: commune.nom.replaceAll('\'', '’'),
    level,
    parent,
    postcodes: commune.codesPostaux ?? [],
    population: commune.population,
    ...extra
  }
}

function island (code, department) {
  const { groups, places } = islands[code]
  const zones = groups.map(g => ({ ...g, members: undefined }))
  for (const commune of current.filter(c => c.departement === department)) {
    const place = places[commune.code]
    const group = groups.find(g => g.members.includes(commune.code))
    const zone = zoneOf(commune, group ? 'commune' : 'district', group?.code, { aliases: place.aliases, centre: place.centre })
    zone.postcodes = [...new Set([...zone.postcodes, ...(place.postcodes ?? [])])]
    zones.push(zone)
  }
  for (const g of zones.filter(z => z.level !== 'commune' && z.level !== 'district')) {
    g.population = zones.filter(z => z.parent === g.code).reduce((n, z) => n + z.population, 0)
  }
  write(code, zones)
}

function nancy () {
  const members = epci.find(e => e.code === '245400676').membres.map(m => m.code)
  write('nancy', current.filter(c => members.includes(c.code)).map(c =>
    zoneOf(c, 'commune', undefined, { aliases: aliases[c.code] })))
}

function idf () {
  const region = communes.filter(c => c.region === '11')
  const zones = []
  const names = new Map()
  for (const c of current.filter(c => c.region === '11')) names.set(c.nom, (names.get(c.nom) ?? 0) + 1)
  const ofRegion = departements.filter(d => d.region === '11')
  for (const d of ofRegion) {
    const mine = current.filter(c => c.departement === d.code)
    zones.push({
      code: d.code,
      slug: slug(d.nom),
      name: d.nom.replaceAll('\'', '’'),
      level: 'department',
      population: mine.reduce((n, c) => n + (c.population ?? 0), 0)
    })
  }
  for (const c of region.filter(c => c.type === 'arrondissement-municipal')) {
    const n = Number(c.code.slice(3))
    const short = n === 1 ? '1er' : `${n}e`
    zones.push(zoneOf(c, 'arrondissement', '75', {
      slug: `paris-${short}`, name: `Paris ${short}`, aliases: [`Paris ${short} arrondissement`, `${short} arrondissement`], centre: parisCentres[c.code],
      postcodes: n === 16 ? ['75016', '75116'] : c.codesPostaux
    }))
  }
  for (const c of current.filter(c => c.region === '11' && c.code !== '75056')) {
    const zone = zoneOf(c, 'commune', c.departement)
    const former = region.filter(d => d.chefLieu === c.code && d.nom !== c.nom).map(d => d.nom)
    zone.aliases = [...new Set([...former, ...(aliases[c.code] ?? [])])].map(a => a.replaceAll('\'', '’'))
    if (names.get(c.nom) > 1) zone.slug += `-${slug(ofRegion.find(d => d.code === c.departement).nom)}`
    zones.push(zone)
  }
  write('idf', zones)
}

island('nc', '988')
island('wf', '986')
island('pf', '987')
nancy()
idf()
