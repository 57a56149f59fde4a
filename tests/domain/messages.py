"""What people really write to a charity, in both languages, and what is decided about it."""

from bot.domain.free_text import Meaning


def _messages(text: str) -> tuple[str, ...]:
    return tuple(message.strip() for message in text.replace("\n", " ").split("|"))


# Answered, and nobody on the team needs to read it.
ANSWERED = {
    Meaning.THANKS: _messages("""
        merci | Merci! | MERCI BEAUCOUP 🙏 | mille mercis à vous | Un gros merci à l’équipe | Merci pour
        tout! | thank         you! | Thanks a lot | thank you so much for everything ❤️ | ty | 🎉 | 🎉🎉🎉 | ❤️
        | 🙏🏽 | Bravo! | Bonjour et merci | thx!!! | Merci à tous et bonne soirée | 👏👏 | 🥰🥰 | thanks 👍 |
        Merci à toute l'équipe! | Merci 👌🏻 | ok merci | Super, merci! | Parfait merci bonne journée | Merci
        pour votre réponse | Merci pour votre beau travail | thanks for the quick reply! | Merci :) | Thank
        you for all you do | Merci pour tout ce que vous faites | Merci         de tout cœur ❤ | merci <3 |
        Great, thanks! | Thanks everyone, have a nice weekend | Je vous remercie         infiniment | Merci
        d’avance | Keep up the great work! | Bon travail! | Lâchez pas! | Vous êtes formidables | you are
        amazing ❤️ | Merci 🇨🇦 | God bless you | Bien reçu, merci | Thanks for the receipt | Merci La Tablée!
        | Hi, thank you | Merci La Tablée, bonne journée 😊 | Félicitations à toute la gang! | Thank you all
        💪💪 | Much         appreciated
    """),
    Meaning.FAREWELL: _messages("""
        Bonne journée | bonne soirée! | Bonne fin de semaine 😊 | Have a great day! | Good night | À bientôt
        | Au         revoir | bye bye 👋 | see you soon | de rien | De rien!! 😊 | you're welcome | You’re
        very welcome! | Il n’y a         pas de quoi | Joyeuses fêtes à tous! 🎄 | Happy holidays | Bonne
        année | Take care ❤ | Bienvenue | Bonjour et         bonne journée | Bon courage à toute l’équipe |
        My pleasure | Bonne journée à vous aussi
    """),
    Meaning.GREETING: _messages("""
        Bonjour | bonsoir! | Salut à tous | Allô | Hello | hi there | Good morning | Hey! 👋 | Bon matin ☀️ |
        Bonjour,         comment allez-vous? | Hi, how are you? | Allo, ça va bien?
    """),
    Meaning.STOP: _messages("""
        stop | STOP! | Stop, merci | Stop svp | arrêtez | Arrêt | s’il vous plaît arrêtez | please stop |
        Bonjour,         stop, merci | Arrêtez de m’écrire | Stop sending me messages | unsubscribe please |
        Désabonnez-moi | me         désabonner | opt out | Unsubscribe me from this list | Cessez ces
        messages | Arrêtez de me demander des dons | stop asking me for donations | Stop the monthly
        reminders | Stop? | Merci, arrêtez | stopper | Stoppez | arrêtes | Cesse | cessez svp | optout |
        opt-out | S.T.O.P. | s t o p | S-T-O-P! | Plus de messages | plus de         messages svp |
        désabonner | Désinscrire | désinscription | désinscrivez-moi | STOPALL | unsub | No more
        messages please | Ne m’écrivez plus | ne m'envoyez plus rien | Don’t text me | do not contact me
        anymore | Remove me from your list | stop 🙏 | Stop 👍 | Plus de courriels, merci | stop all emails |
        Laissez-moi tranquille | Stope! | I don't want any more messages | Je ne veux plus recevoir
        vos
        messages | Je ne veux plus rien recevoir | I don’t want to hear from you | I don't want to
        hear from you
        anymore | ok stop | oui stop | Non merci, arrêtez | no thanks, stop | No, stop! | Yes,
        please stop | Ok, stop
        svp | Je ne veux plus de messages | je veux plus recevoir de courriels svp | Je ne souhaite plus être
        sollicité | Je ne veux plus rien | Bonjour, je ne veux plus que vous m’écriviez | We no longer wish to
        receive your emails, thanks | I do not want your messages | I don't want you to text me | I
        don’t want to
        get these texts | I'd rather not hear from you | Non, je ne veux pas de vos messages | CANCEL | End |
        QUIT | fin | Fin. | cancel please | Merci, fin | END! | ok cancel
    """),
    Meaning.END_MONTHLY: _messages("""
        Arrêter mon don mensuel | arrêtez mon don | Stop my monthly gift | cancel my monthly donation | Je
        veux         arrêter mon don mensuel | annuler mon abonnement svp | Please stop my donation | mettre
        fin à mon don mensuel | End my monthly gift | Stop taking money every month | Arrêter le don | stop
        my donation | Stop the donation | arrêtez les prélèvements | Je voudrais arrêter de donner | I want
        to stop giving | Stop charging me | cesser         le don | Arrêt du don | stop donation | Annulez
        mon don svp | I would like to stop my monthly donation please | plus de prélèvements, arrêtez
    """),
}

# A person reads it, whatever it is answered with.
PASSED_ON = {
    Meaning.STOP: _messages("""
        Stop, I paid twice | Stop, vous m’avez débité deux fois | STOP! This is fraud | Arrêtez, mon mari
        est décédé | Stop. Who are you? | Stop, comment ravoir mon argent? | Unsubscribe me, I have moved to
        France | I don't want any more messages, you charged me twice | Je ne veux plus recevoir vos messages,
        qui vous a donné mon nom? | ok stop, my husband died | Non merci, arrêtez, c’est une fraude
        | I don’t want
        to hear from you, how did you find me? | Arrêtez! Appelez-moi au 514 555-0123 | stop it or I
        call my lawyer | cessez, c’est
        de l’arnaque
    """),
    Meaning.STOP_MAYBE: _messages("""
        Je voudrais que ça arrête | Comment vous faire arrêter? | I want you to stop | How do I unsubscribe?
        | Don’t stop! | N’arrêtez pas! | Arrêtez pas! | Où est l’arrêt d’autobus? | Je veux me
        désabonner | I want to opt out | My card was charged twice, stop |
        I never asked you to stop
    """),
    Meaning.END_MONTHLY: _messages("""
        Comment annuler mes prélèvements? | Arrêtez mon don mensuel, j’ai perdu mon emploi | Cancel my
        monthly         donation, I was charged twice | Je me suis trompée, annulez mon don | stop charging
        my card, this is not my         account
    """),
    Meaning.RECEIPT: _messages("""
        Est-ce que j’aurai un reçu? | Vais-je recevoir un reçu pour impôts? | reçu fiscal? | Quand les
        reçus? | Do I         get a tax receipt? | when will you send receipts | Is my gift tax deductible?
        | Mon don est-il déductible? | J’ai besoin d’un reçu officiel | Reçu d’impôt | Je veux un reçu | tax
        receipt please | can I get a receipt? | Reçu? | reçu svp | Merci! Et le reçu? | reçu pour mes impôts
        | Bonjour, je n’ai pas eu mon reçu | Receipt | Relevé fiscal svp | Can I deduct this on my taxes? |
        C’est pour mes impôts | Bonjour, pas de reçu cette année? | I need it for tax purposes
    """),
    Meaning.OTHER: _messages("""
        ok | oui | non | yes | 👍 | 👎 | 😡 | ❓ | Merci? | Bonjour, à quelle heure ouvrez-vous? | Merci, mais
        je n’ai pas         reçu de reponse | J’ai reçu mon don | Je n’ai rien reçu | 😢 | Merci 5 | Merci,
        mais ma carte a été débitée | Thanks, but my card was charged twice | hello can you call me | Bonne
        question | à vous | Annulez ma présence         mardi | Mon don aide jusqu’à la fin de l’année? |
        Comment va mon don? | … | Merci de m’appeler | Thanks for         calling me back tomorrow | 5
        dollars | parfait | mardi | Merci pour rien | Thanks for nothing | Merci 😡 | Bravo 👎 | Merci :( |
        Thanks, you charged me twice | Merci de me rembourser | Bonjour, j’ai payé deux fois | no
        thanks | Bonne journée, mais où est mon don? | Thank you. However, my name is wrong | Oui, merci |
        Merci, et         ensuite? | Hello, is this a scam? | Reçu! | Bonjour, êtes-vous un robot? | I paid
        $50 instead of $5 | Great,         another ad | Thank you for refunding me | Merci de corriger mon
        adresse | You’re welcome to call me | sans         cesse | Bonjour, ma mère voudrait donner | Merci!
        Quand aura lieu le souper? | How are you going to use it? | Merci beaucoup pour le rappel, mais je
        suis déjà donateur | À demain | with pleasure | no problem | Je         voudrais donner 20 $ pour ma
        mère | 15 dollars in cash? | La fin
        | The end | à la fin | Cancel my appointment | I don’t want a T-shirt | Je ne veux plus
        attendre | Je ne
        veux plus recevoir de calendrier
    """),
}

# An amount in these is of money that has already moved, or that somebody lost: it is passed on and never offered.
NO_OFFER = _messages("""
    Vous avez pris 100$ dans mon compte | On m’a pris 20 $ | La somme prise est de 40 $ | Vous m’avez prélevé 25 $ |
    Un montant de 15 $ a été prélevé | Vous avez retiré 30 $ de mon compte | 60 $ ont été retirés | Vous m’avez débité
    50 $ | 10 $ débités sans raison | Vous m’avez volé 200$ | On m’a dit que 80 $ ont été volés | J’ai perdu 45 $ |
    Mes 20 $ sont perdus | You took $100 from my account | $40 was taken from my account | You charged me $50 | I was
    charged 25 dollars | I lost $20 | Someone has stolen $300 | you stole $60 | You withdrew $35 | $15 were withdrawn
""")
# An amount in these is offered beside the answer, though words in them look like those above.
OFFERED = _messages("""
    J’ai compris, je donne 20 $ | Je suis retraitée, voici 10 $ | I’m retired but can give $20 | Je voudrais donner 15 $
    pour les bénévoles | I’ll take part with $25
""")
