### What reaches the staff.

staff-notice-many = { $others ->
    [one] And one more of the same kind.
   *[other] And { $others } more of the same kind.
}
