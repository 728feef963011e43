export const en = {
  'parked.about': 'Events that had no effect yet, such as figures that were not counted',
  'parked.none': 'Nothing is parked',
  'parked.occurred': 'Happened',
  'parked.parked': 'Parked',
  'parked.reason': 'Why',
  'parked.retry': 'Try it again | Try {count} again',
  'parked.subject': 'About',
  'parked.title': 'Parked events',
  'parked.type': 'Event',
}
