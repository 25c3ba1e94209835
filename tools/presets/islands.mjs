// What no register holds of the islands: the groups of communes, the place of the main village of each (latitude and
// longitude, to about 0.02° in New Caledonia and 0.05° elsewhere), the postcodes of post boxes and Cedex that are in
// common use, and what people write beside the name: quarters, villages, associated communes, other islands.
const place = (lat, lon, aliases = [], postcodes = []) => ({ centre: { lat, lon }, aliases, postcodes })
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

const nc = {
  groups: [
    {
      code: 'sud', slug: 'province-sud', name: 'Province Sud', names: { en: 'South Province' }, aliases: ['Sud', 'South Province'], level: 'province',
      centre: { lat: -22.0, lon: 166.2 },
      members: ['98802', '98803', '98805', '98806', '98809', '98813', '98816', '98817', '98818', '98821', '98828', '98829', '98832']
    },
    {
      code: 'nord', slug: 'province-nord', name: 'Province Nord', names: { en: 'North Province' }, aliases: ['Nord', 'North Province'], level: 'province',
      centre: { lat: -20.95, lon: 164.95 },
      members: ['98801', '98804', '98807', '98808', '98810', '98811', '98812', '98819', '98822', '98823', '98824', '98825', '98826', '98827', '98830', '98831', '98833']
    },
    {
      code: 'iles', slug: 'province-des-iles-loyaute', name: 'Province des îles Loyauté', names: { en: 'Loyalty Islands Province' },
      aliases: ['Îles Loyauté', 'Province des Îles', 'Loyauté', 'Îles', 'Loyalty Islands'], level: 'province',
      centre: { lat: -21.0, lon: 167.3 },
      members: ['98814', '98815', '98820']
    }
  ],
  places: {
    98801: place(-19.7167, 163.65, ['Îles Belep', 'Waala']),
    98802: place(-21.8656, 166.0497, ['Boulouparis', 'Tomo', 'Bouraké']),
    98803: place(-21.5697, 165.4936, ['Poé', 'La Roche Percée', 'Nessadiou']),
    98804: place(-21.5222, 165.955, ['Nakéty', 'Xârâcùù']),
    98805: place(-22.2, 166.45, ['Koutio', 'Auteuil', 'Dumbéa-sur-Mer', 'Dumbéa-Centre', 'Nakutakoin'], ['98830', '98836', '98837']),
    98806: place(-21.664, 165.774, ['Tendéa']),
    98807: place(-20.6869, 164.9436),
    98808: place(-21.2794, 165.6267, ['Poro', 'Kua']),
    98809: place(-22.6583, 167.48, ['Kunié', 'Vao', 'Kuto', 'Isle of Pines']),
    98810: place(-20.6681, 164.4, ['Gomen', 'Ouaco']),
    98811: place(-21.0594, 164.8656, ['Baco'], ['98860']),
    98812: place(-20.5667, 164.2833),
    98813: place(-21.7108, 165.8278, ['Ouano']),
    98814: place(-20.9167, 167.2667, ['Drehu', 'Wé', 'Chépénéhé', 'Xépénéhé', 'Mou'], ['98884', '98885']),
    98815: place(-21.55, 167.885, ['Nengone', 'Tadine', 'La Roche'], ['98878']),
    98816: place(-21.6914, 165.6772),
    98817: place(-22.2617, 166.57, [
      'Boulari', 'Plum', 'Robinson', 'La Conception', 'Saint-Louis', 'Pont-des-Français', 'La Coulée', 'Yahoué', 'Vallon-Dore', 'Île Ouen'
    ], ['98810', '98874', '98875']),
    98818: place(-22.2711, 166.4416, [
      'Ducos', 'Magenta', 'Rivière-Salée', 'Montravel', 'Kaméré', 'Nouville', 'Anse-Vata', 'Baie-des-Citrons', 'Vallée-des-Colons', 'Faubourg-Blanchot',
      'Nouméa Centre-Ville'
    ], range(98845, 98849)),
    98819: place(-20.3486, 164.4322),
    98820: place(-20.6519, 166.5583, ['Iaai', 'Fayaoué']),
    98821: place(-22.1306, 166.3572, ['Tontouta', 'La Tontouta', 'Tamoa'], ['98840', '98890']),
    98822: place(-20.9403, 165.3303),
    98823: place(-21.0778, 165.4006),
    98824: place(-20.3942, 164.5767, ['Balade']),
    98825: place(-21.13, 164.9),
    98826: place(-20.2311, 164.0236),
    98827: place(-21.35, 165.15, ['Népoui']),
    98828: place(-21.6433, 165.8467),
    98829: place(-21.6111, 166.2144),
    98830: place(-20.7867, 165.2317),
    98831: place(-20.9625, 164.6972, ['Vavouto', 'Gatope']),
    98832: place(-22.15, 166.93, ['Goro', 'Touaourou', 'Waho']),
    98833: place(-21.3956, 165.8286)
  }
}

const wf = {
  groups: [],
  places: {
    98611: place(-14.3, -178.12, ['Futuna', 'Ono', 'Taoa', 'Kolia', 'Poi']),
    98612: place(-14.295, -178.16, ['Futuna', 'Leava', 'Nuku', 'Fiua', 'Vaisei']),
    98613: place(-13.2825, -176.1736, ['Wallis', 'Mata-Utu', 'Matâ’utu', 'Hahake', 'Hihifo', 'Mu’a', 'Îles Wallis'])
  }
}

const group = (code, name, en, aliases, lat, lon, members) =>
  ({ code, slug: code, name, names: { en }, aliases, level: 'archipelago', centre: { lat, lon }, members })

const pf = {
  groups: [
    group('iles-du-vent', 'Îles du Vent', 'Windward Islands', [], -17.6, -149.5,
      ['98712', '98715', '98722', '98725', '98729', '98733', '98734', '98735', '98736', '98738', '98747', '98748', '98752']),
    group('iles-sous-le-vent', 'Îles Sous-le-Vent', 'Leeward Islands', ['ISLV'], -16.7, -151.4,
      ['98714', '98724', '98728', '98745', '98750', '98754', '98758']),
    group('marquises', 'Îles Marquises', 'Marquesas Islands', ['Marquises', 'Archipel des Marquises', 'Marquesas'], -9.4, -139.5,
      ['98718', '98723', '98731', '98746', '98756', '98757']),
    group('australes', 'Îles Australes', 'Austral Islands', ['Australes', 'Archipel des Australes'], -23.6, -149.5,
      ['98739', '98741', '98743', '98744', '98753']),
    group('tuamotu-gambier', 'Tuamotu-Gambier', 'Tuamotu and Gambier', ['Tuamotu', 'Archipel des Tuamotu', 'Îles Tuamotu-Gambier'], -17.5, -143.0,
      ['98711', '98713', '98716', '98717', '98719', '98720', '98721', '98726', '98727', '98730', '98732', '98737', '98740', '98742', '98749', '98751', '98755'])
  ],
  places: {
    98711: place(-17.348, -145.508, ['Faaite', 'Tukuhora']),
    98712: place(-17.5217, -149.5297),
    98713: place(-15.247, -146.613, ['Apataki', 'Kaukura']),
    98714: place(-16.5067, -151.751, ['Vaitape', 'Anau', 'Faanui', 'Nunue']),
    98715: place(-17.554, -149.606),
    98716: place(-16.056, -145.62, ['Rotoava', 'Aratika', 'Kauehi', 'Niau']),
    98717: place(-15.819, -140.887, ['Fakahina']),
    98718: place(-10.508, -138.683, ['Omoa', 'Hanavave']),
    98719: place(-23.12, -134.969, ['Mangareva', 'Rikitea', 'Îles Gambier']),
    98720: place(-18.1, -140.9, ['Otepa', 'Amanu', 'Hereheretue']),
    98721: place(-17.542, -142.614, ['Marokau']),
    98722: place(-17.54, -149.33, ['Hitiaa', 'Mahaena', 'Papenoo', 'Tiarei']),
    98723: place(-9.804, -139.042, ['Atuona', 'Puamau']),
    98724: place(-16.713, -151.039, ['Fare', 'Fitii', 'Maeva', 'Parea', 'Haapu', 'Faie']),
    98725: place(-17.508, -149.487),
    98726: place(-16.625, -143.569, ['Katiu', 'Raroia', 'Taenga', 'Pouheva']),
    98727: place(-14.462, -146.036, ['Ahe']),
    98728: place(-16.443, -152.247),
    98729: place(-17.545, -149.798, ['Moorea', 'Maiao', 'Afareaitu', 'Haapiti', 'Paopao', 'Papetoai', 'Teavaro']),
    98730: place(-14.177, -141.267, ['Tepoto']),
    98731: place(-8.913, -140.099, ['Taiohae', 'Hatiheu', 'Taipivai']),
    98732: place(-19.283, -138.772, ['Vahitahi', 'Vairaatea']),
    98733: place(-17.68, -149.583),
    98734: place(-17.7467, -149.5283),
    98735: place(-17.535, -149.5696, ['Fare Ute']),
    98736: place(-17.535, -149.549),
    98737: place(-14.821, -138.814),
    98738: place(-17.625, -149.608),
    98739: place(-23.868, -147.688, ['Rairua']),
    98740: place(-14.94, -147.708, ['Avatoru', 'Tiputa', 'Makatea', 'Mataiva', 'Tikehau']),
    98741: place(-27.62, -144.336, ['Rapa Iti', 'Ahurei']),
    98742: place(-18.468, -136.444, ['Pukarua']),
    98743: place(-22.648, -152.8, ['Amaru', 'Mutuaura']),
    98744: place(-22.45, -151.342, ['Moerai', 'Hauti']),
    98745: place(-16.633, -151.5, ['Haamene', 'Patio', 'Iripau', 'Tapuamu']),
    98746: place(-9.937, -139.11, ['Vaitahu']),
    98747: place(-17.735, -149.3, ['Taravao', 'Afaahiti', 'Faaone', 'Pueu', 'Tautira']),
    98748: place(-17.787, -149.296, ['Teahupoo', 'Toahotu', 'Vairao']),
    98749: place(-14.47, -145.03, ['Takapoto']),
    98750: place(-16.789, -151.414, ['Raiatea', 'Opoa', 'Puohine']),
    98751: place(-17.343, -138.446),
    98752: place(-17.766, -149.413, ['Mataiea', 'Papeari']),
    98753: place(-23.348, -149.485, ['Mataura', 'Taahueia', 'Mahu']),
    98754: place(-16.783, -151.495, ['Raiatea', 'Tevaitoa', 'Fetuna', 'Tehurui', 'Vaiaau']),
    98755: place(-20.779, -138.566),
    98756: place(-8.935, -139.576, ['Vaipaee', 'Hane']),
    98757: place(-9.359, -140.047, ['Hakahau', 'Hakamaii']),
    98758: place(-16.733, -151.443, ['Raiatea'])
  }
}

export const islands = { nc, wf, pf }
