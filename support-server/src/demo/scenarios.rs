//! What people write to a coffee shop. `{order}` becomes an order number.

use support_core::model::Priority;

/// One thing that happens in a conversation.
pub(super) enum Turn {
    /// The desk answers.
    Agent(&'static str),
    /// The desk writes something down for itself.
    Note(&'static str),
    /// The customer writes again.
    Customer(&'static str),
}

/// One kind of conversation.
pub(super) struct Scenario {
    pub(super) subject: &'static str,
    pub(super) category: &'static str,
    pub(super) priority: Priority,
    pub(super) opening: &'static str,
    pub(super) turns: &'static [Turn],
}

use Turn::{Agent, Customer, Note};

/// Invented customers. The first two can be signed in as.
pub(super) const CUSTOMERS: [(&str, &str); 24] = [
    ("Mia Holm", "mia.holm@example.com"),
    ("Jonas Weber", "jonas.weber@example.com"),
    ("Amara Okoye", "amara@example.org"),
    ("Luca Ferri", "luca.ferri@example.com"),
    ("Sofia Ruiz", "sofia.ruiz@example.net"),
    ("Yuki Tanabe", "yuki@example.org"),
    ("Hanna Virtanen", "hanna.v@example.com"),
    ("Omar Haddad", "omar.haddad@example.net"),
    ("Chiara Conti", "chiara@example.com"),
    ("Peter Novak", "p.novak@example.org"),
    ("Leila Rahimi", "leila.rahimi@example.com"),
    ("Emil Dahl", "emil.dahl@example.net"),
    ("Grace Mensah", "grace.mensah@example.com"),
    ("Tariq Nasser", "tariq@example.org"),
    ("Anouk Visser", "anouk.visser@example.com"),
    ("Mateo Silva", "mateo.silva@example.net"),
    ("Ingrid Solberg", "ingrid@example.org"),
    ("Noah Fischer", "noah.fischer@example.com"),
    ("Zofia Kowal", "zofia.kowal@example.net"),
    ("Daniel Levi", "daniel.levi@example.com"),
    ("Camille Roux", "camille.roux@example.org"),
    ("Ravi Menon", "ravi.menon@example.com"),
    ("Elena Popa", "elena.popa@example.net"),
    ("Kofi Boateng", "kofi@example.org"),
];

pub(super) const SCENARIOS: [Scenario; 22] = [
    Scenario {
        subject: "Where is my order {order}?",
        category: "Delivery",
        priority: Priority::High,
        opening: "Hi, order {order} was due on Thursday and the tracking has not moved since Tuesday. Can you find out where it is?",
        turns: &[
            Agent(
                "Sorry about the wait! I can see that the parcel is held at the depot. I have asked the carrier and will write as soon as I know more.",
            ),
            Note("Carrier says the label was unreadable. They relabel today, reference in the shipping sheet."),
            Agent("Good news: the label was damaged, they have printed a new one and it goes out tomorrow morning."),
            Customer("It just arrived. Thank you for staying on it!"),
        ],
    },
    Scenario {
        subject: "Bag arrived open",
        category: "Damaged",
        priority: Priority::Medium,
        opening: "One of the two bags in {order} was open when I unpacked it. About a third of the beans are in the box. The other one is fine.",
        turns: &[
            Agent(
                "That should not happen, I am sorry. A fresh bag from Monday's roast is on its way, no need to send anything back.",
            ),
            Customer("That was quick, thanks a lot."),
        ],
    },
    Scenario {
        subject: "Change delivery address",
        category: "Orders",
        priority: Priority::High,
        opening: "I moved last week and {order} still has my old address. Can it be changed before it ships?",
        turns: &[
            Agent("Happy to. What is the new address?"),
            Customer("Birkenweg 14, the rest stays the same."),
            Agent("Done, the parcel goes to Birkenweg 14. You will get the tracking link this evening."),
        ],
    },
    Scenario {
        subject: "Which grind for a moka pot?",
        category: "Advice",
        priority: Priority::Low,
        opening: "Hello! I am new to this. Which of your coffees would you take for a moka pot, and how fine should it be ground?",
        turns: &[
            Agent(
                "The House espresso works very well in a moka pot. Ground a little coarser than for a machine: choose \"moka\" in the shop, we grind it on the day.",
            ),
            Customer("Great, ordered. Should the water be hot or cold to start with?"),
            Agent("Hot water from the kettle, low heat, and take it off as soon as it starts to gurgle. Enjoy!"),
        ],
    },
    Scenario {
        subject: "Cancel my subscription",
        category: "Subscription",
        priority: Priority::Medium,
        opening: "I would like to stop the monthly subscription. I still have three bags left and simply do not keep up.",
        turns: &[
            Agent(
                "No problem. I can stop it, or pause it for as long as you like so that your price stays. Which one do you prefer?",
            ),
            Customer("Oh, a pause is better. Two months please."),
            Agent("Paused for two months. The next bag comes after that, and we write a week before."),
        ],
    },
    Scenario {
        subject: "Charged twice for {order}",
        category: "Billing",
        priority: Priority::Urgent,
        opening: "My card was charged twice for order {order}. I only placed it once. Please refund the second payment.",
        turns: &[
            Note("Two authorisations, one captured. The second falls away by itself in 3 days, no refund needed."),
            Agent(
                "I looked it up: the second one is only a reservation of your bank. It was never collected and disappears within three working days. If it does not, write here and I will call the bank with you.",
            ),
            Customer("Okay, I will keep an eye on it."),
            Customer("It is gone. Thanks!"),
        ],
    },
    Scenario {
        subject: "Invoice with VAT number",
        category: "Billing",
        priority: Priority::Low,
        opening: "Could I get an invoice for {order} with our company's name and VAT number on it? We need it for the quarter.",
        turns: &[
            Agent("Of course. Which name and number should be on it?"),
            Customer("Studio Nord, VAT number is in the company profile of my account."),
            Agent("Found it. The invoice is in your account under Orders, and on its way by mail."),
        ],
    },
    Scenario {
        subject: "Coffee tastes sour",
        category: "Advice",
        priority: Priority::Low,
        opening: "I love the smell of the Sidamo, but in my pour-over it tastes rather sour. Am I doing something wrong?",
        turns: &[
            Agent(
                "Probably only a small thing! Light roasts like it hot and slow: water just off the boil, a finer grind, and about three minutes in total. Try one step finer first.",
            ),
            Customer("Two steps finer and it is a different coffee. Wow."),
        ],
    },
    Scenario {
        subject: "Discount code does not work",
        category: "Orders",
        priority: Priority::Medium,
        opening: "The code from your newsletter is \"not valid for this basket\". I have two bags of Nariño in it.",
        turns: &[
            Agent(
                "The code needs three bags, that line in the newsletter was easy to miss. I have made you one for two bags: it is in your account and works until Sunday.",
            ),
            Customer("That is very kind, thank you."),
        ],
    },
    Scenario {
        subject: "Grinder stopped after a week",
        category: "Damaged",
        priority: Priority::High,
        opening: "The hand grinder from {order} got stuck today. The handle turns, but the burrs do not.",
        turns: &[
            Agent(
                "That sounds like the axle's pin. Could you tell me whether you see a small metal pin when you take the top off?",
            ),
            Customer("There is half a pin. The other half is missing."),
            Note("Third broken pin from this batch. Told purchasing."),
            Agent(
                "Then it broke, and that is on us. A new grinder leaves today; please send the old one back with the label in the box.",
            ),
        ],
    },
    Scenario {
        subject: "Gift card for a friend",
        category: "Orders",
        priority: Priority::Low,
        opening: "Can I buy a gift card and have it sent on a certain day? It is a birthday present.",
        turns: &[
            Agent("Yes! Choose \"send later\" at the checkout and pick the day. It goes out at eight in the morning."),
            Customer("Perfect."),
        ],
    },
    Scenario {
        subject: "Wholesale prices for our café",
        category: "Wholesale",
        priority: Priority::Medium,
        opening: "We run a small café with two grinders and go through about 20 kg a month. Do you have a price list for that?",
        turns: &[
            Agent(
                "We would love to. I have attached your café to our wholesale list; the prices show in the shop once you are signed in. Do you want a tasting first?",
            ),
            Customer("A tasting would be great. Any morning before eleven."),
            Note("Asked the roastery for a slot next week."),
        ],
    },
    Scenario {
        subject: "Wrong coffee in the box",
        category: "Orders",
        priority: Priority::High,
        opening: "I ordered Sidamo and got House espresso. Order {order}. Can you swap it?",
        turns: &[
            Agent("Our mistake, sorry! Keep the espresso. The Sidamo goes out with today's parcel."),
            Customer("Thank you, that is generous."),
        ],
    },
    Scenario {
        subject: "Do you ship to Norway?",
        category: "Delivery",
        priority: Priority::Low,
        opening: "I cannot choose Norway at the checkout. Do you not ship there, or am I missing something?",
        turns: &[
            Agent(
                "Not yet, because of the customs forms for food. We plan it for spring. Shall I write to you when it starts?",
            ),
            Customer("Yes please."),
        ],
    },
    Scenario {
        subject: "Cannot sign in",
        category: "Account",
        priority: Priority::High,
        opening: "The shop says that my password is wrong, and the mail for a new one never arrives. I checked the spam folder.",
        turns: &[
            Note("Account has a typo in the address (exmaple)."),
            Agent(
                "The address in your account had a small typo, so the mails went nowhere. I have corrected it; please ask for a new password once more.",
            ),
            Customer("That was it. I am in."),
        ],
    },
    Scenario {
        subject: "How fresh is the Nariño?",
        category: "Advice",
        priority: Priority::Low,
        opening: "When was the Nariño roasted that you are shipping right now?",
        turns: &[Agent("On Monday this week. The roasting day is on the back of every bag, below the seal.")],
    },
    Scenario {
        subject: "Return the pour-over set",
        category: "Returns",
        priority: Priority::Medium,
        opening: "The pour-over set from {order} is lovely, but too large for my kitchen. Unused. How do I send it back?",
        turns: &[
            Agent(
                "Here is how: print the label from your account, put everything into the box it came in, and drop it at any parcel shop. The money is back within five days of its arrival.",
            ),
            Customer("It is on its way."),
            Agent("It has arrived, and the refund is made. Thank you for packing it so well."),
        ],
    },
    Scenario {
        subject: "Mug has a crack",
        category: "Damaged",
        priority: Priority::Medium,
        opening: "The glaze of one mug has a thin crack from the rim to the handle. I noticed it when I filled it for the first time.",
        turns: &[
            Agent(
                "Please do not use that one any more. We send a new mug today. May I keep a photo for the potter, if you have one?",
            ),
            Customer("Sure, I will take one when I am home."),
        ],
    },
    Scenario {
        subject: "Parcel marked as delivered, but it is not here",
        category: "Delivery",
        priority: Priority::Urgent,
        opening: "The tracking of {order} says delivered at 10:12, but nobody rang and nothing is at the door.",
        turns: &[
            Agent("I am asking the driver right away. Could you check with the neighbours on your floor meanwhile?"),
            Customer("Nothing with the neighbours."),
            Note("Driver remembers a ground floor shop. Called them, they have it."),
            Agent("Found: it is in the flower shop on the ground floor of your house, they are open until seven."),
            Customer("Got it! I owe them a coffee now."),
        ],
    },
    Scenario {
        subject: "Allergy question",
        category: "Advice",
        priority: Priority::Medium,
        opening: "Do you process nuts in the roastery? The tasting notes say hazelnut and I am allergic.",
        turns: &[
            Agent(
                "No nuts anywhere in the roastery. The notes only describe the taste; nothing is added to the coffee.",
            ),
            Customer("That is a relief, thank you."),
        ],
    },
    Scenario {
        subject: "Skip next month's bag",
        category: "Subscription",
        priority: Priority::Low,
        opening: "We are on holiday in the first half of next month. Can you skip one bag of the subscription?",
        turns: &[Agent("Skipped. The one after comes as usual. Have a good holiday!")],
    },
    Scenario {
        subject: "Delete my account",
        category: "Account",
        priority: Priority::Medium,
        opening: "Please delete my account and the data that you have about me.",
        turns: &[
            Agent("I can do that. Invoices have to stay for the tax office, everything else goes. Shall I go ahead?"),
            Customer("Yes, go ahead."),
            Note("Sent to the data protection list, due within the month."),
        ],
    },
];
