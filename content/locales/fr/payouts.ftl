# Virements à la banque, pour l’équipe.

command-payouts = Équipe : ce qui est arrivé à la banque
staff-home-payouts = Virements
staff-payouts = Virements à la banque
staff-payouts-none = Aucun virement encore. Stripe envoie le premier quelques jours après le premier don.
staff-payouts-paid = { $day } : { $money }, à la banque.
staff-payouts-coming = { $day } : { $money }, en route.
staff-payouts-failed = { $day } : { $money }, jamais arrivé. La raison se trouve chez Stripe.
staff-payouts-gifts = { $count ->
    [0] Aucun don.
    [one] Un don.
   *[other] { $count } dons.
}
staff-payouts-at-stripe = Encore chez Stripe : { $sums }.
staff-payouts-button = { $day } : { $money }
staff-payouts-by-hand = Virement demandé à la main : Stripe ne dit pas de quoi il se compose.
staff-payouts-not-yet = Stripe dira de quoi il se compose quelques jours après son arrivée.
staff-payouts-gross = Dons : { $money }
staff-payouts-fees = Frais de Stripe : { $money }
staff-payouts-refunds = Remboursements : { $money }
staff-payouts-disputes = Contestations : { $money }
staff-payouts-not-ours = Vos autres activités dans ce compte : { $money }
staff-payouts-other = Retenues, ajouts et virements antérieurs échoués : { $money }
staff-payouts-table = Pour la trésorerie, chaque élément : obole export payout-items
staff-stripe-differs-title = Les livres ne concordent pas avec le solde de Stripe
staff-stripe-differs = Solde de Stripe moins celui des livres : { $sums }. Comparés deux fois, à une demi-journée d’intervalle, quand rien ne bougeait.
staff-stripe-differs-todo = Aucun don n’est perdu. Montrez cet avis à la trésorerie et à la personne qui s’occupe d’Obole : obole check, puis obole ledger verify.
