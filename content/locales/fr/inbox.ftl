### Ce qui parvient à l’équipe.

staff-notice-many = { $others ->
    [one] Et un autre du même genre.
   *[other] Et { $others } autres du même genre.
}
