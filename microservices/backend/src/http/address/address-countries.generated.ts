// Written by "npm run address-countries" from the address data of Google, which is licensed under CC BY 4.0
// (https://creativecommons.org/licenses/by/4.0/). The postal codes are of November 2026: scripts/newer-postal-codes.ts
// has their sources.
//
// Tab-separated: country, format, format in the country's own script, required fields, pattern of the postal code,
// its name, an example, the names of region and city. Fields: N name, A street, C city, S region, Z postal code.

export const ADDRESS_COUNTRIES = String.raw`
AD	%N%n%A%n%Z %C		C	AD\d{3}		AD100
AE	%N%n%A%n%S		S				emirate
AF	%N%n%A%n%C%n%Z		C	\d{4}		1001
AG	%N%n%A%n%C
AI	%N%n%A%n%C%n%Z		C	AI-\d{4}		AI-2640
AL	%N%n%A%n%Z%n%C		C	\d{4}		1001
AM	%N%n%A%n%Z%n%C%n%S		C	\d{4}|\d{6}		0010
AO	%N%n%A%n%C		C
AQ	%N%n%A%n%C		C
AR	%N%n%A%n%Z %C%n%S		C
AS	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	96799	state
AT	%N%n%A%n%Z %C		CZ	\d{4}		1010
AU	%N%n%A%n%C %S %Z		CSZ	\d{4}	postcode	2060	state	suburb
AW	%N%n%A%n%C		C
AX	%N%n%A%nAX-%Z %C		CZ	\d{5}		22150
AZ	%N%n%A%nAZ %Z %C		C	\d{4}		1000
BA	%N%n%A%n%Z %C		C	\d{5}		71000
BB	%N%n%A%n%C, %S %Z		C	BB\d{5}		BB23026	parish
BD	%N%n%A%n%C - %Z		C	\d{4}		1340
BE	%N%n%A%n%Z %C		CZ	\d{4}		4000
BF	%N%n%A%n%C		C
BG	%N%n%A%n%Z %C		C	\d{4}		1000
BH	%N%n%A%n%C %Z		C	\d{3,4}		317
BI	%N%n%A%n%C		C
BJ	%N%n%A%n%C		C
BL	%N%n%A%n%Z %C		CZ	\d{5}		97100
BM	%N%n%A%n%C %Z		C	[A-Z]{2} ?[A-Z0-9]{2}		FL 07
BN	%N%n%A%n%C %Z		C	[A-Z]{2} ?\d{4}		BT2328
BO	%N%n%A%n%C		C
BQ	%N%n%A%n%C		C
BR	%N%n%A%n%C-%S%n%Z		SCZ	\d{5}(?:-\d{3})?		40301-110	state
BS	%N%n%A%n%C, %S		C				island
BT	%N%n%A%n%C %Z		C	\d{5}		11001
BV	%N%n%A%n%C		C
BW	%N%n%A%n%C		C
BY	%S%n%Z %C%n%A%n%N		C	\d{6}		223016
BZ	%N%n%A%n%C		C
CA	%N%n%A%n%C %S %Z		CSZ	[A-Z]\d[A-Z] ?\d[A-Z]\d		H3Z 2Y7
CC	%N%n%A%n%C %S %Z		C	\d{4}		6799
CD	%N%n%A%n%C		C
CF	%N%n%A%n%C		C
CG	%N%n%A%n%C		C
CH	%N%n%A%nCH-%Z %C		CZ	\d{4}		2544
CI	%N%n%A %C		C
CK	%N%n%A%n%C		C
CL	%N%n%A%n%Z %C%n%S		C	\d{7}		8340457
CM	%N%n%A%n%C		C
CN	%N%n%A%n%C%n%S, %Z	%Z%n%S%C%n%A%n%N	CSZ	\d{6}		266033
CO	%N%n%A%n%C, %S, %Z		S	\d{6}		111221	department
CR	%N%n%A%n%S, %C%n%Z		CS	\d{4,5}|\d{5}-\d{4}|\d{3}-\d{4}		10101
CU	%N%n%A%n%C %S%n%Z		C	\d{5}		10700
CV	%N%n%A%n%Z %C%n%S		C	\d{4}		7600	island
CW	%N%n%A%n%C		C
CX	%N%n%A%n%C %S %Z		C	\d{4}		6798
CY	%N%n%A%n%Z %C		C	\d{4,5}		2008
CZ	%N%n%A%n%Z %C		CZ	\d{3} ?\d{2}		100 00
DE	%N%n%A%n%Z %C		CZ	\d{5}		26133
DJ	%N%n%A%n%C		C
DK	%N%n%A%n%Z %C		CZ	\d{4}		8660
DM	%N%n%A%n%C		C
DO	%N%n%A%n%Z %C		C	\d{5}		11903
DZ	%N%n%A%n%Z %C		C	\d{5}		40304
EC	%N%n%A%n%Z%n%C		C	\d{6}|[A-Z]\d{4}[A-Z]		090105
EE	%N%n%A%n%Z %C		CZ	\d{5}		69501
EG	%N%n%A%n%C%n%S%n%Z		C	\d{5}|\d{7}		4460232
EH	%N%n%A%n%Z %C		C	\d{5}		70000
ER	%N%n%A%n%C		C
ES	%N%n%A%n%Z %C %S		CSZ	\d{5}		28039
ET	%N%n%A%n%Z %C		C	\d{4}		1000
FI	%N%n%A%nFI-%Z %C		CZ	\d{5}		00550
FJ	%N%n%A%n%C		C
FK	%N%n%A%n%C%n%Z		CZ	FIQQ 1ZZ		FIQQ 1ZZ
FM	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	96941	state
FO	%N%n%A%nFO%Z %C		C	\d{3}		100
FR	%N%n%A%n%Z %C		CZ	\d{2} ?\d{3}		33380
GA	%N%n%A%n%C		C
GB	%N%n%A%n%C%n%Z		CZ	[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}|GIR ?0AA|BFPO ?\d{1,4}	postcode	EC1Y 8SY		post_town
GD	%N%n%A%n%C		C
GE	%N%n%A%n%Z %C		C	\d{4}|\d{6}		0101
GF	%N%n%A%n%Z %C		CZ	\d{5}		97300
GG	%N%n%A%n%C%n%Z		CZ	GY\d[\dA-Z]? ?\d[A-Z]{2}	postcode	GY1 1AA
GH	%N%n%A%n%C		C
GI	%N%n%A%n%Z			GX11 1AA	postcode	GX11 1AA
GL	%N%n%A%n%Z %C		CZ	\d{4}		3900
GM	%N%n%A%n%C		C
GN	%N%n%Z %A %C		C	\d{3}		001
GP	%N%n%A%n%Z %C		CZ	\d{5}		97100
GQ	%N%n%A%n%C		C
GR	%N%n%A%n%Z %C		CZ	\d{3} ?\d{2}		151 24
GS	%N%n%A%n%C%n%Z		CZ	SIQQ 1ZZ		SIQQ 1ZZ
GT	%N%n%A%n%Z- %C		C	\d{5}		09001
GU	%N%n%A%n%C %Z		CZ	\d{5}(?:[ \-]\d{4})?	zip	96910
GW	%N%n%A%n%Z %C		C	\d{4}		1000
GY	%N%n%A%n%C		C
HK	%N%n%A%n%C%n%S	%S%n%C%n%A%n%N	S				area	district
HM	%N%n%A%n%C %S %Z		C	\d{4}		7050
HN	%N%n%A%n%C, %S%n%Z		CS
HR	%N%n%A%nHR-%Z %C		C	\d{5}		10000
HT	%N%n%A%nHT%Z %C		C	\d{4}		6120
HU	%N%n%C%n%A%n%Z		CZ	\d{4}		1037
ID	%N%n%A%n%C%n%S %Z		S	\d{5}		40115
IE	%N%n%A%n%C%n%S %Z		C	[\dA-Z]{3} ?[\dA-Z]{4}	eircode	A65 F4E2	county
IL	%N%n%A%n%C %Z		C	\d{5}(?:\d{2})?		9614303
IM	%N%n%A%n%C%n%Z		CZ	IM\d[\dA-Z]? ?\d[A-Z]{2}	postcode	IM2 1AA
IN	%N%n%A%n%C %Z%n%S		CSZ	\d{6}	pin	110034	state
IO	%N%n%A%n%C%n%Z		CZ	BBND 1ZZ		BBND 1ZZ
IQ	%N%n%A%n%C, %S%n%Z		CS	\d{5}		31001
IR	%N%n%S%n%C,%n%A%n%Z		C	\d{5}(?:-?\d{5})?		11936-12345
IS	%N%n%A%n%Z %C		C	\d{3}		320
IT	%N%n%A%n%Z %C %S		CSZ	\d{5}		00144
JE	%N%n%A%n%C%n%Z		CZ	JE\d[\dA-Z]? ?\d[A-Z]{2}	postcode	JE1 1AA
JM	%N%n%A%n%C%n%S		CS				parish
JO	%N%n%A%n%C %Z		C	\d{5}		11937
JP	%N%n%A, %S%n%Z	〒%Z%n%S%n%A%n%N	SZ	\d{3}-?\d{4}		154-0023	prefecture
KE	%N%n%A%n%C%n%Z		C	\d{5}		20100
KG	%N%n%A%n%Z %C		C	\d{6}		720001
KH	%N%n%A%n%C %Z		C	\d{5,6}		120101
KI	%N%n%A%n%S%n%C		C				island
KM	%N%n%A%n%C		C
KN	%N%n%A%n%C, %S		CS				island
KP	%N%n%A%n%C%n%S, %Z	%Z%n%S%n%C%n%A%n%N	C
KR	%N%n%A%n%C%n%S%n%Z	%S %C%n%A%n%N%n%Z	CSZ	\d{5}|\d{3}-\d{3}		03051	do_si
KW	%N%n%A%n%Z %C		C	\d{5}		54541
KY	%N%n%A%n%S %Z		S	KY\d-\d{4}		KY1-1100	island
KZ	%Z%n%S%n%C%n%A%n%N		C
LA	%N%n%A%n%Z %C		C	\d{5}		01160
LB	%N%n%A%n%C %Z		C	(?:\d{4})(?: ?(?:\d{4}))?		2038 3054
LC	%N%n%A%n%C		C
LI	%N%n%A%nFL-%Z %C		CZ	\d{4}		9496
LK	%N%n%A%n%C%n%Z		C	\d{5}		20000
LR	%N%n%A%n%Z %C		C	\d{4}		1000
LS	%N%n%A%n%C %Z		C	\d{3}		100
LT	%N%n%A%nLT-%Z %C		CZ	\d{5}		04340
LU	%N%n%A%nL-%Z %C		CZ	\d{4}		4750
LV	%N%n%A%n%C, %Z		CZ	LV-\d{4}		LV-1073
LY	%N%n%A%n%C		C
MA	%N%n%A%n%Z %C		C	\d{5}		53000
MC	%N%n%A%nMC-%Z %C		C	\d{5}		98000
MD	%N%n%A%nMD-%Z %C		C	\d{4}		2012
ME	%N%n%A%n%Z %C		C	\d{5}		81257
MF	%N%n%A%n%Z %C		CZ	\d{5}		97100
MG	%N%n%A%n%Z %C		C	\d{3}		501
MH	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	96960	state
MK	%N%n%A%n%Z %C		C	\d{4}		1314
ML	%N%n%A%n%C		C
MM	%N%n%A%n%C, %Z		C	\d{5}|\d{7}		11181
MN	%N%n%A%n%C%n%S %Z		C	\d{5,6}		65030
MO	%N%n%A	%A%n%N
MP	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	96950	state
MQ	%N%n%A%n%Z %C		CZ	\d{5}		97220
MR	%N%n%A%n%C		C
MS	%N%n%A%n%C		C
MT	%N%n%A%n%C %Z		C	[A-Z]{2,3} ?\d{2,4}		VLT 1117
MU	%N%n%A%n%Z%n%C		C	[A-Z\d]\d{4}|\d{3}[A-Z]{2}\d{3}		42602
MV	%N%n%A%n%C %Z		C	\d{5}		20026
MW	%N%n%A%n%C		C
MX	%N%n%A%n%Z %C, %S		CZ	\d{5}		02860	state
MY	%N%n%A%n%Z %C%n%S		CZ	\d{5}		43000	state
MZ	%N%n%A%n%Z %C%S		C	\d{4}		1102
NA	%N%n%A%n%Cn%Z		C	\d{5}		10001
NC	%N%n%A%n%Z %C		CZ	\d{5}		98814
NE	%N%n%A%n%Z %C		C	\d{4}		8001
NF	%N%n%A%n%C %S %Z		C	\d{4}		2899
NG	%N%n%A%n%C %Z%n%S		C	\d{6}|[A-Z]{2}-\d{2}-[A-Z\d]{3}-[A-Z]{2}-\d{2}		930283	state
NI	%N%n%A%n%Z%n%C, %S		C	\d{5}|\d{3}-\d{3}-\d		52000	department
NL	%N%n%A%n%Z %C		CZ	\d{4} ?[A-Z]{2}		1234 AB
NO	%N%n%A%n%Z %C		CZ	\d{4}		0025		post_town
NP	%N%n%A%n%C %Z		C	\d{5}		44601
NR	%N%n%A%n%S		S				district
NU	%N%n%A%n%C		C
NZ	%N%n%A%n%C %Z		CZ	\d{4}	postcode	6001
OM	%N%n%A%n%Z%n%C		C	(?:PC )?\d{3}		133
PA	%N%n%A%n%C%n%S		C
PE	%N%n%A%n%C %Z%n%S		C	\d{5}|LIMA \d{1,2}|CALLAO \d{1,2}		15001		district
PF	%N%n%A%n%Z %C %S		CSZ	\d{5}		98709	island
PG	%N%n%A%n%C %Z %S		CS	\d{3}		111
PH	%N%n%A%n, %C%n%Z %S		C	\d{4}		1008
PK	%N%n%A%n%C-%Z		C	\d{5}		44000
PL	%N%n%A%n%Z %C		CZ	\d{2}-\d{3}		00-950
PM	%N%n%A%n%Z %C		CZ	\d{5}		97500
PN	%N%n%A%n%C%n%Z		CZ	PCRN 1ZZ		PCRN 1ZZ
PR	%N%n%A%n%C PR %Z		CZ	\d{5}(?:[ \-]\d{4})?	zip	00930
PS	%N%n%A%n%C		C
PT	%N%n%A%n%Z %C		CZ	\d{4}-\d{3}		2725-079
PW	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	96940	state
PY	%N%n%A%n%Z %C		C	\d{4}|\d{6}		001001
QA	%N%n%A%n%C		C
RE	%N%n%A%n%Z %C		CZ	\d{5}		97400
RO	%N%n%A%n%Z %C		CZ	\d{6}		060274
RS	%N%n%A%n%Z %C		C	\d{5,6}		106314
RU	%N%n%A%n%C%n%S%n%Z		CSZ	\d{6}		247112	oblast
RW	%N%n%A%n%C		C
SA	%N%n%A%n%C %Z		C	\d{5}(?:-?\d{4})?		12345
SB	%N%n%A%n%C		C
SC	%N%n%A%n%C%n%S		C				island
SD	%N%n%A%n%C%n%Z		C	\d{5}		11042		district
SE	%N%n%A%nSE-%Z %C		CZ	\d{3} ?\d{2}		11455		post_town
SG	%N%n%A%nSINGAPORE %Z		Z	\d{6}		546080
SH	%N%n%A%n%C%n%Z		CZ	(?:ASCN|STHL|TDCU) 1ZZ		STHL 1ZZ
SI	%N%n%A%nSI-%Z %C		C	\d{4}		4000
SJ	%N%n%A%n%Z %C		CZ	\d{4}		9170		post_town
SK	%N%n%A%n%Z %C		CZ	\d{3} ?\d{2}		010 01
SL	%N%n%A%n%C		C
SM	%N%n%A%n%Z %C		Z	\d{5}		47890
SN	%N%n%A%n%Z %C		C	\d{5}		12500
SO	%N%n%A%n%C, %S %Z		CS	[A-Z]{2} ?\d{5}|\d{4,5}		JH 09010
SR	%N%n%A%n%C%n%S		C
SS	%N%n%A%n%C		C
ST	%N%n%A%n%C		C
SV	%N%n%A%n%Z-%C%n%S		CS	\d{4}		1101
SX	%N%n%A%n%C		C
SY	%N%n%A%n%C		C					district
SZ	%N%n%A%n%C%n%Z		C	[A-Z]\d{3}		H100
TC	%N%n%A%n%C%n%Z		CZ	TKCA 1ZZ		TKCA 1ZZ
TD	%N%n%A%n%C		C
TF	%N%n%A%n%C		C
TG	%N%n%A%n%C		C
TH	%N%n%A%n, %C%n%S %Z	%N%n%A%n%C%n%S %Z	C	\d{5}(?:-\d{4})?		10150
TJ	%N%n%A%n%Z %C		C	\d{6}		735450
TK	%N%n%A%n%C		C
TL	%N%n%A%n%C		C
TM	%N%n%A%n%Z %C		C	\d{6}		744000
TN	%N%n%A%n%Z %C		C	\d{4}		1002
TO	%N%n%A%n%C		C
TR	%N%n%A%n%Z %C/%S		CZ	\d{5}		01960		district
TT	%N%n%A%n%C		C
TV	%N%n%A%n%C%n%S		C				island
TW	%N%n%A%n%C, %S %Z	%Z%n%S%C%n%A%n%N	CSZ	\d{3}(?:\d{2,3})?		100	county
TZ	%N%n%A%n%Z %C		C	\d{4,5}		6090
UA	%N%n%A%n%C%n%S%n%Z		CSZ	\d{5}		15432	oblast
UG	%N%n%A%n%C		C
UM	%N%n%A%n%C %S %Z		CS	\d{5}(?:[ \-]\d{4})?	zip	96898	state
US	%N%n%A%n%C, %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	95014	state
UY	%N%n%A%n%Z %C %S		C	\d{5}		11600
UZ	%N%n%A%n%Z %C%n%S		C	\d{6}		702100
VA	%N%n%A%n%Z %C		C	\d{5}		00120
VC	%N%n%A%n%C %Z		C	VC\d{4}		VC0100
VE	%N%n%A%n%C %Z, %S		CS	\d{4}		1010	state
VG	%N%n%A%n%C%n%Z			VG\d{4}		VG1110
VI	%N%n%A%n%C %S %Z		CSZ	\d{5}(?:[ \-]\d{4})?	zip	00802-1222	state
VN	%N%n%A%n%C%n%S %Z		C	\d{5}\d?		70010
VU	%N%n%A%n%C		C
WF	%N%n%A%n%Z %C		CZ	\d{5}		98600
WS	%N%n%A%n%C		C
XK	%N%n%A%n%Z %C		C	\d{5}		10000
YE	%N%n%A%n%C		C
YT	%N%n%A%n%Z %C		CZ	\d{5}		97600
ZA	%N%n%A%n%C%n%Z		CZ	\d{4}		0083
ZM	%N%n%A%n%Z %C		C	\d{5}		50100
ZW	%N%n%A%n%C		C
`;
